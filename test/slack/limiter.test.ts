import { expect, it } from 'vitest';
import { createLimiter } from '../../src/slack/web-api/limiter.ts';

it('runs few pieces of work at the same time, and all of them in the end, failed ones as well', async () => {
  const limited = createLimiter(2);
  let running = 0;
  let most = 0;
  const work = Array.from({ length: 20 }, (_, index) =>
    limited(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return index % 3 === 0 ? Promise.reject(new Error('no')) : index;
    }),
  );
  const ended = await Promise.allSettled(work);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(13);
  expect(most).toBe(2);
});
