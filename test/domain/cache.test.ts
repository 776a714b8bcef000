import { describe, expect, it } from 'vitest';
import { createCache } from '../../src/domain/cache.ts';

const options = { capacity: 3, keepMs: (value: string | undefined) => (value === undefined ? 100 : 1_000) };

/** A cache of a clock that begins at 0, and what was loaded through it. */
function open() {
  const clock = { now: 0 };
  const loaded: string[] = [];
  const cache = createCache<string | undefined>({ ...options, now: () => clock.now });
  const find = (key: string, value?: string) =>
    cache.find(key, async () => {
      loaded.push(key);
      return value;
    });
  return { cache, clock, loaded, find };
}

describe('a cache', () => {
  it('loads a key once while it keeps it, and for as long as the value says', async () => {
    const { clock, loaded, find } = open();
    expect(await Promise.all([find('a', 'A'), find('a', 'A'), find('b')])).toEqual(['A', 'A', undefined]);
    expect(loaded).toEqual(['a', 'b']);
    clock.now = 100;
    expect(await find('b', 'early')).toBeUndefined();
    clock.now = 101;
    expect(await find('b', 'B')).toBe('B');
    expect(await find('a', 'new')).toBe('A');
    clock.now = 1_001;
    expect(await find('a', 'new')).toBe('new');
  });

  it('keeps nothing that it is told not to keep', async () => {
    const cache = createCache<string>({ capacity: 3, keepMs: () => 0, now: () => 0 });
    expect(await cache.find('a', async () => 'old')).toBe('old');
    expect(cache.peek('a')).toBeUndefined();
    expect(await cache.find('a', async () => 'new')).toBe('new');
  });

  it('forgets keys when it is full, first those that nobody asked for lately', async () => {
    const { find } = open();
    for (const key of ['a', 'b', 'c', 'a', 'd']) {
      await find(key, 'old');
    }
    expect(await find('a', 'new')).toBe('old');
    expect(await find('d', 'new')).toBe('old');
    expect(await find('b', 'new')).toBe('new');
  });

  it('answers whoever waits for a load that there was no more room for', async () => {
    const { find } = open();
    const keys = ['a', 'b', 'c', 'd', 'e'];
    expect(await Promise.all(keys.map((key) => find(key, key.toUpperCase())))).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('keeps no load that rejects', async () => {
    const { cache, find } = open();
    await expect(cache.find('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await find('a', 'A')).toBe('A');
  });

  it('shows what it keeps without loading, and nothing that is too old', async () => {
    const { cache, clock, find } = open();
    expect(cache.peek('a')).toBeUndefined();
    cache.put('a', 'A');
    expect([cache.peek('a'), await find('a', 'new')]).toEqual(['A', 'A']);
    clock.now = 1_001;
    expect(cache.peek('a')).toBeUndefined();
  });

  it('hands what is too old to whoever loads it anew', async () => {
    const { cache, clock } = open();
    cache.put('a', 'A');
    clock.now = 1_001;
    const first = cache.find('a', async (last) => `${last?.value} again`);
    expect(cache.peek('a')).toBeUndefined();
    expect(await first).toBe('A again');
    expect(cache.peek('a')).toBe('A again');
  });

  it('keeps no load whose key was forgotten or put meanwhile, and answers whoever waited for it', async () => {
    const { cache, find } = open();
    const late = Promise.withResolvers<string>();
    const waiting = ['a', 'b'].map((key) => cache.find(key, () => late.promise));
    cache.forget('a');
    cache.put('b', 'put');
    late.resolve('late');
    expect(await Promise.all(waiting)).toEqual(['late', 'late']);
    expect([cache.peek('a'), cache.peek('b')]).toEqual([undefined, 'put']);
    expect(await find('a', 'new')).toBe('new');
  });
});
