import { describe, expect, it } from 'vitest';
import { StorageUncertainError } from '../../src/delivery/ports.ts';
import { createBatcher } from '../../src/storage/batcher.ts';
import { StorageUnavailableError } from '../../src/storage/database.ts';

describe('batcher', () => {
  it('gives every item its own result, and gathers what arrives while a batch runs', async () => {
    const sizes: number[] = [];
    const gate = Promise.withResolvers<void>();
    const add = createBatcher(async (items: readonly number[]) => {
      sizes.push(items.length);
      await gate.promise;
      return items.map((item) => item * 2);
    }, 50);
    const first = [1, 2, 3].map(add);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const later = [4, 5].map(add);
    gate.resolve();

    expect(await Promise.all([...first, ...later])).toEqual([2, 4, 6, 8, 10]);
    expect(sizes).toEqual([3, 2]);
  });

  it.each([
    ['takes together what comes one in each turn of the loop, as requests on connections of their own do', 0, [10, 1]],
    ['waits for no more of them where each turn takes long', 7, [4, 4, 2, 1]],
  ])('%s', async (_, turnMs, expected) => {
    const sizes: number[] = [];
    let now = 0;
    const add = createBatcher(
      async (items: readonly number[]) => {
        sizes.push(items.length);
        return items;
      },
      50,
      { steady: () => now },
    );
    const results: Promise<number>[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      results.push(add(turn));
      await new Promise(setImmediate);
      now += turnMs;
    }
    await Promise.all(results);
    await add(10);
    expect(sizes).toEqual(expected);
  });

  it('never makes a batch larger than it may be', async () => {
    const sizes: number[] = [];
    const add = createBatcher(async (items: readonly number[]) => {
      sizes.push(items.length);
      return items;
    }, 4);
    expect(await Promise.all(Array.from({ length: 10 }, (_, index) => add(index)))).toHaveLength(10);
    expect(sizes).toEqual([4, 4, 2]);
  });

  it('fails a bad item alone', async () => {
    const add = createBatcher(async (items: readonly string[]) => {
      if (items.includes('bad')) {
        throw new Error('bad item');
      }
      return items;
    }, 10);
    const results = await Promise.allSettled(['a', 'bad', 'b'].map(add));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it.each([new StorageUncertainError('lost'), new StorageUnavailableError('gone')])(
    'does not try again what the storage may have done, or cannot do: %s',
    async (error) => {
      let runs = 0;
      const add = createBatcher(async (_: readonly string[]): Promise<readonly string[]> => {
        runs += 1;
        throw error;
      }, 10);
      const results = await Promise.allSettled(['a', 'b'].map(add));
      expect(results).toEqual([
        { status: 'rejected', reason: error },
        { status: 'rejected', reason: error },
      ]);
      expect(runs).toBe(1);
    },
  );

  it('goes on after a failure', async () => {
    let fails = true;
    const add = createBatcher(async (items: readonly string[]) => {
      if (fails) {
        throw new StorageUnavailableError('gone');
      }
      return items;
    }, 10);
    await expect(add('a')).rejects.toThrow('gone');
    fails = false;
    expect(await add('b')).toBe('b');
  });

  it('lets more come together behind one of several items, and nobody wait who comes alone', async () => {
    const sizes: number[] = [];
    const pauses: number[] = [];
    let over = () => {};
    const add = createBatcher(
      async (items: readonly number[]) => {
        sizes.push(items.length);
        return items;
      },
      4,
      {
        ms: 50,
        pause: (ms) => {
          pauses.push(ms);
          return new Promise<void>((resolve) => {
            over = resolve;
          });
        },
      },
    );
    await add(1);
    await Promise.all([2, 3].map(add));
    expect(pauses).toEqual([]);

    await Promise.all([4, 5, 6].map(add));
    const later = [7, 8].map(add);
    await new Promise(setImmediate);
    expect({ sizes, pauses }).toEqual({ sizes: [1, 2, 3], pauses: [50] });
    over();
    await Promise.all(later);
    // As many as there may be in one are not waited with.
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(add));
    expect(sizes).toEqual([1, 2, 3, 2, 4, 4]);
    expect(pauses).toEqual([50, 50]);
    over();
  });
});
