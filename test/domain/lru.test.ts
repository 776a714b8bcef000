import { LRUCache } from 'lru-cache';
import { expect, it } from 'vitest';
import { createLru } from '../../src/domain/lru.ts';

it('forgets the key that nobody used for longest', () => {
  const lru = createLru<number>(3);
  for (const key of ['a', 'b', 'c']) {
    lru.set(key, 1);
  }
  lru.get('a');
  lru.set('d', 1);
  expect([...lru.keys()].toSorted()).toEqual(['a', 'c', 'd']);
});

it('takes no place for what is not in it', () => {
  const lru = createLru<number>(10_000);
  const places = () => LRUCache.unsafeExposeInternals(lru).keyList.length;
  expect(places()).toBe(0);
  lru.set('a', 1);
  lru.set('b', 1);
  expect(places()).toBeLessThan(10);
});
