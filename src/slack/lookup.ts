/** Looks things up by key; remembers what it found, and for a shorter time that it found nothing. */
export type Lookup<Value> = {
  find(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined>;
  /** What it found and still remembers. */
  peek(key: string): Value | undefined;
  /** The next find of this key loads anew. */
  forget(key: string): void;
};

export type LookupLimits = {
  readonly keepMs: number;
  readonly keepNothingMs: number;
  readonly capacity: number;
  /** How many loads run at the same time; the others wait. */
  readonly atOnce: number;
};

/** `found` is the value once it is there. */
type Entry<Value> = { readonly value: Promise<Value | undefined>; found?: Value | undefined; until: number };

/** Creates an empty lookup. Loads of one key at the same time are one load; `load` handles its own failures. */
export function createLookup<Value>(limits: LookupLimits, now: () => number): Lookup<Value> {
  const known = new Map<string, Entry<Value>>();
  const queue: (() => void)[] = [];
  let running = 0;

  return {
    find(key, load) {
      const entry = known.get(key);
      if (entry && entry.until > now()) {
        return entry.value;
      }
      known.delete(key);
      makeRoom();
      const value = inTurn(load);
      const fresh: Entry<Value> = { value, until: Number.POSITIVE_INFINITY };
      known.set(key, fresh);
      return value.then(
        (found) => {
          fresh.found = found;
          fresh.until = now() + (found === undefined ? limits.keepNothingMs : limits.keepMs);
          return found;
        },
        (error: unknown) => {
          known.delete(key);
          throw error;
        },
      );
    },
    peek(key) {
      const entry = known.get(key);
      return entry && entry.until > now() ? entry.found : undefined;
    },
    forget(key) {
      known.delete(key);
    },
  };

  function makeRoom(): void {
    for (const oldest of known.keys()) {
      if (known.size < limits.capacity) {
        return;
      }
      known.delete(oldest);
    }
  }

  async function inTurn(load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    if (running >= limits.atOnce) {
      await new Promise<void>((go) => queue.push(go));
    } else {
      running += 1;
    }
    try {
      return await load();
    } finally {
      const next = queue.shift();
      if (next) {
        next();
      } else {
        running -= 1;
      }
    }
  }
}
