import { expect, it } from 'vitest';
import { watchReplicas } from '../../src/service/replicas.ts';
import { createBudget } from '../../src/slack/web-api/budget.ts';
import { createReplicaRegister } from '../../src/storage/records/replicas.ts';
import { recordingLog } from '../bitrix24/harness.ts';
import { createRotationHarness } from '../storage/rotation-harness.ts';
import { manualClock } from '../support/manual-clock.ts';

const log = recordingLog([]);

it('replicas on one PostgreSQL know how many they are, as they come and go', { timeout: 30_000 }, async () => {
  const clock = manualClock();
  const harness = await createRotationHarness('PostgreSQL');
  const join = async (name: string) => {
    const { records } = await harness.open('old');
    return watchReplicas(createReplicaRegister(records, name), { clock, log });
  };
  const first = await join('first');
  expect(first.count()).toBe(1);
  const second = await join('second');
  expect(second.count()).toBe(2);
  clock.advance(20_000);
  await expect.poll(first.count).toBe(2);
  await second.stop();
  clock.advance(20_000);
  await expect.poll(first.count).toBe(1);
  await first.stop();
});

it('one that cannot note itself counts as the only one, until it can', async () => {
  const clock = manualClock();
  let fails = true;
  const checkIn = async () => (fails ? Promise.reject(new Error('no storage')) : 3);
  const replicas = await watchReplicas(
    { checkIn, leave: () => Promise.reject(new Error('no storage')) },
    { clock, log },
  );
  expect(replicas.count()).toBe(1);
  fails = false;
  clock.advance(20_000);
  await expect.poll(replicas.count).toBe(3);
  await replicas.stop();
});

it('each has its part of an allowance, at least one, from the moment on at which there are more', () => {
  let sharers = 1;
  const budget = createBudget(
    { burst: 4, perMinute: 4 },
    () => 0,
    () => sharers,
  );
  expect(budget.draw('T1')).toBe(true);
  sharers = 2;
  expect([budget.draw('T1'), budget.draw('T1'), budget.draw('T1')]).toEqual([true, true, false]);
  sharers = 100;
  expect([budget.draw('T2'), budget.draw('T2')]).toEqual([true, false]);
});
