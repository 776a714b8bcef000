import { describe, expect, it } from 'vitest';
import { createKeyedQueue } from '../../src/domain/keyed-queue.ts';

describe('a queue by key', () => {
  it('runs the work of one key in order, also after some of it has failed', async () => {
    const queue = createKeyedQueue();
    const slow = Promise.withResolvers<void>();
    const done: string[] = [];
    const first = queue.run('anna', async () => {
      await slow.promise;
      done.push('first');
      throw new Error('the first fails');
    });
    const second = queue.run('anna', async () => {
      done.push('second');
      return 'a result';
    });
    slow.resolve();
    await expect(first).rejects.toThrow('the first fails');
    expect(await second).toBe('a result');
    expect(done).toEqual(['first', 'second']);
  });

  it('lets other keys go on, and takes work again once a key is done', async () => {
    const queue = createKeyedQueue();
    const slow = Promise.withResolvers<string>();
    const waiting = queue.run('anna', () => slow.promise);
    expect(await queue.run('bob', async () => 'bob')).toBe('bob');
    expect(await queue.run('bob', async () => 'bob again')).toBe('bob again');
    slow.resolve('anna');
    expect(await waiting).toBe('anna');
  });
});
