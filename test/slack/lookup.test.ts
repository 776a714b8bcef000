import { describe, expect, it } from 'vitest';
import { createLookup } from '../../src/slack/lookup.ts';

const limits = { keepMs: 1_000, keepNothingMs: 100, capacity: 3, atOnce: 2 };

describe('a lookup', () => {
  it('loads a key once while it remembers it, and nothing for a shorter time', async () => {
    let now = 0;
    const loaded: string[] = [];
    const lookup = createLookup<string>(limits, () => now);
    const find = (key: string, value?: string) =>
      lookup.find(key, async () => {
        loaded.push(key);
        return value;
      });
    expect(await Promise.all([find('a', 'A'), find('a', 'A'), find('b')])).toEqual(['A', 'A', undefined]);
    expect(loaded).toEqual(['a', 'b']);
    now = 101;
    expect(await find('b', 'B')).toBe('B');
    expect(await find('a', 'new')).toBe('A');
    now = 1_001;
    expect(await find('a', 'new')).toBe('new');
  });

  it('forgets the oldest keys when it is full', async () => {
    const lookup = createLookup<string>(limits, () => 0);
    for (const key of ['a', 'b', 'c', 'd']) {
      await lookup.find(key, async () => 'old');
    }
    expect(await lookup.find('d', async () => 'new')).toBe('old');
    expect(await lookup.find('a', async () => 'new')).toBe('new');
  });

  it('runs few loads at the same time, and all of them in the end', async () => {
    const lookup = createLookup<number>({ ...limits, capacity: 100 }, () => 0);
    let running = 0;
    let most = 0;
    const finds = Array.from({ length: 20 }, (_, index) =>
      lookup.find(String(index), async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return index;
      }),
    );
    expect(await Promise.all(finds)).toHaveLength(20);
    expect(most).toBe(2);
  });

  it('remembers no failure', async () => {
    const lookup = createLookup<string>(limits, () => 0);
    await expect(lookup.find('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await lookup.find('a', async () => 'A')).toBe('A');
  });
});
