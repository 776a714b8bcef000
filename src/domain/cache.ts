import { LRUCache } from 'lru-cache';
import { growingTo } from './lru.ts';

/** Values by key, kept for a while. Of more keys than fit, those that nobody used for longest are forgotten. */
export type Cache<Value> = {
  /** What is kept, also when it is not asked for anew because it is too old. */
  find(key: string, load: Load<Value>): Promise<Value>;
  /** The kept value, without loading; a load that is under way is not waited for. */
  peek(key: string): Value | undefined;
  put(key: string, value: Value): void;
  /** The next find of this key loads anew, and what is being loaded is not kept. */
  forget(key: string): void;
};

/** Gives the value of a key. `last` is what was kept before and is too old now, as far as it is still there. */
type Load<Value> = (last: Kept<Value> | undefined) => Promise<Value>;

/** A value that is kept; an `undefined` value means that the source has none, which is worth keeping as well. */
export type Kept<Value> = { readonly value: Value };

/** The limits of a cache. */
export type CacheOptions<Value> = {
  /** How many keys fit. */
  readonly capacity: number;
  /** How long a value is kept, in milliseconds; 0: not at all. */
  readonly keepMs: (value: Value) => number;
  /** The time in milliseconds. */
  readonly now: () => number;
};

/** A time to live that is over at once; 0 would mean that it never is. */
const overAtOnceMs = -1;

/** Creates an empty cache. Loads of one key at the same time are one load, and one that rejects is not kept. */
export function createCache<Value>({ capacity, keepMs, now }: CacheOptions<Value>): Cache<Value> {
  const entries = new LRUCache<string, Kept<Value>, Load<Value>>({
    ...growingTo(capacity),
    // To the library an entry that was made at 0 has no age.
    perf: { now: () => now() + 1 },
    ttlResolution: 0,
    // A caller that waits for a load gets its result, also when its key was forgotten meanwhile.
    ignoreFetchAbort: true,
    async fetchMethod(_, last, { options, context: load }) {
      const value = await load(last);
      options.ttl = ttlOf(value);
      return { value };
    },
  });

  return {
    async find(key, load) {
      const { value } = await entries.forceFetch(key, { context: load });
      return value;
    },
    peek: (key) => entries.peek(key)?.value,
    put: (key, value) => void entries.set(key, { value }, { ttl: ttlOf(value) }),
    forget: (key) => void entries.delete(key),
  };

  function ttlOf(value: Value): number {
    const ms = keepMs(value);
    return ms > 0 ? ms : overAtOnceMs;
  }
}
