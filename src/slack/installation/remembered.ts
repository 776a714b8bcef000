import type { Log } from '../../domain/log.ts';

/** Values by key, read from `load` and remembered for some seconds. */
export type Remembered<Value> = {
  /** Where `load` fails, what was last known serves; rejects only when nothing was. */
  find(key: string): Promise<Value | undefined>;
  put(key: string, value: Value): void;
  drop(key: string): void;
};

type Entry<Value> = { readonly value: Promise<Value | undefined>; until: number };

const keepMs = 30_000;
const keepNothingMs = 2_000;
const mostKept = 10_000;

/** Creates an empty memory. Loads of one key at the same time are one load. */
export function createRemembered<Value>(
  load: (key: string) => Promise<Value | undefined>,
  { now, log }: { readonly now: () => number; readonly log: Log },
): Remembered<Value> {
  const entries = new Map<string, Entry<Value>>();
  return {
    find,
    put: (key, value) => keep(key, Promise.resolve(value), now() + keepMs),
    drop: (key) => entries.delete(key),
  };

  function find(key: string): Promise<Value | undefined> {
    const known = entries.get(key);
    if (known && known.until > now()) {
      return known.value;
    }
    const loading = known ? load(key).catch((error: unknown) => lastKnown(known, error)) : load(key);
    const entry = keep(key, loading, Number.POSITIVE_INFINITY);
    return loading.then(
      (value) => {
        entry.until = now() + (value === undefined ? keepNothingMs : keepMs);
        return value;
      },
      (error: unknown) => {
        if (entries.get(key) === entry) {
          entries.delete(key);
        }
        throw error;
      },
    );
  }

  function lastKnown({ value }: Entry<Value>, error: unknown): Promise<Value | undefined> {
    log.warn({ error }, 'an installation could not be read; what was last known serves');
    return value;
  }

  function keep(key: string, value: Promise<Value | undefined>, until: number): Entry<Value> {
    entries.delete(key);
    for (const oldest of entries.keys()) {
      if (entries.size < mostKept) {
        break;
      }
      entries.delete(oldest);
    }
    const entry = { value, until };
    entries.set(key, entry);
    return entry;
  }
}
