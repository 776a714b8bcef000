import { describe, expect, it } from 'vitest';
import type { AttemptResult } from '../../src/delivery/ports.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { acme, message, other } from '../contract/outbox-harness.ts';
import { type CourierHarness, delivered, identity, openCourierHarness, type Process } from './couriers.ts';

const anna = { tenant: 'T1', user: 'U1' };
const linkedThere: Identity = {
  ...identity,
  id: 'identity-2',
  account: { ...identity.account, portal: other },
  credential: { ...identity.credential, portal: other },
};

function failing(failure: PortalFailure, honoursKey = false): AttemptResult {
  return { kind: 'failed', failure, left: true, sinceLeftMs: 10, honoursKey };
}

/** One message is on its way at the old address, one waits behind it, and one waits for another task. */
async function openHarness() {
  const harness = await openCourierHarness();
  const one = harness.open('one');
  const mine = [message({ text: 'one' }), message({ text: 'two' }), message({ task: 52, text: 'three' })];
  await one.courier.start();
  for (const each of mine) {
    await one.outbox.accept(each);
  }
  one.courier.wake();
  await harness.quiet();
  return { harness, one, ids: mine.map(({ id }) => id) };
}

/** The process that stored the new link died before it told the outbox: only the identity and the move are there. */
function moveWithoutTelling({ harness, processes }: { harness: CourierHarness; processes: readonly Process[] }): void {
  harness.moves.set(acme, other);
  for (const each of processes) {
    each.link(linkedThere);
  }
}

const where = (process: Process) =>
  process.attempts.map(({ key, credential }) => `${key} ${new URL(credential.portal).hostname}`);

describe('a portal that moves while messages are on their way', () => {
  it.each([
    ['delivered', delivered, 0],
    ['refused: the address has moved', failing({ kind: 'moved', to: other }), 1],
    ['refused: the credential', failing({ kind: 'credential-rejected' }), 1],
    ['to be tried again', failing({ kind: 'throttled' }), 1],
  ] as const)('has each message arrive once, in order, where the first was %s', async (_, result, again) => {
    const { harness, one, ids } = await openHarness();
    const [first, second, third] = ids;
    moveWithoutTelling({ harness, processes: [one] });
    one.answer(result);
    for (let round = 0; round < 6; round += 1) {
      await harness.pass(defaultTiming.pollMs);
      one.answer(delivered);
    }
    await harness.pass(defaultTiming.pollMs);
    const late = where(one).slice(2);
    expect(late).toEqual([
      ...(again ? [`${first}.1 other.bitrix24.com`, `${third}.1 other.bitrix24.com`] : []),
      `${second}.1 other.bitrix24.com`,
    ]);
    expect((await one.outbox.listEnded(anna, 10)).map(({ outcome }) => outcome?.kind)).toEqual(
      ids.map(() => 'delivered'),
    );
    await one.courier.stop();
  });

  it('does not send again what may have arrived at the old address', async () => {
    const { harness, one } = await openHarness();
    moveWithoutTelling({ harness, processes: [one] });
    one.answer(failing({ kind: 'no-answer' }, true));
    for (let round = 0; round < 90; round += 1) {
      await harness.pass(defaultTiming.pollMs);
      one.answer(delivered);
    }
    expect((await one.outbox.listEnded(anna, 10)).map(({ outcome }) => outcome?.kind).toSorted()).toEqual([
      'delivered',
      'unknown',
      'unknown',
    ]);
    await one.courier.stop();
  });
});

describe('what is left at the old address by a process that died', () => {
  it.each([[['one']], [['one', 'two']]])('goes along, whoever is there: %j', async (names) => {
    const harness = await openCourierHarness();
    const processes = names.map((name) => harness.open(name));
    const [first] = processes;
    const mine = [message({ text: 'one' }), message({ task: 52, text: 'two' })];
    for (const each of mine) {
      await first?.outbox.accept(each);
    }
    moveWithoutTelling({ harness, processes });
    for (const each of processes) {
      await each.courier.start();
    }
    for (let round = 0; round < 5; round += 1) {
      await harness.pass(defaultTiming.pollMs);
      for (const each of processes) {
        each.answer(delivered);
      }
    }
    expect(processes.flatMap(where).toSorted()).toEqual(mine.map(({ id }) => `${id}.1 other.bitrix24.com`).toSorted());
    await Promise.all(processes.map(({ courier }) => courier.stop()));
  });

  it('goes along when it was parked, at the next start', async () => {
    const { harness, one, ids } = await openHarness();
    one.answer(failing({ kind: 'moved', to: other }));
    await harness.pass(defaultTiming.pollMs);
    await one.courier.stop();
    const two = harness.open('two');
    moveWithoutTelling({ harness, processes: [two] });
    await two.courier.start();
    for (let round = 0; round < 3; round += 1) {
      await harness.pass(defaultTiming.pollMs);
      two.answer(delivered);
    }
    await harness.pass(defaultTiming.pollMs);
    expect((await two.outbox.listEnded(anna, 10)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    await two.courier.stop();
  });

  it('goes along when it was parked, with the next look', async () => {
    const { harness, one, ids } = await openHarness();
    one.answer(failing({ kind: 'moved', to: other }));
    await harness.pass(defaultTiming.pollMs);
    expect(await one.outbox.count()).toMatchObject({ parked: 3 });
    moveWithoutTelling({ harness, processes: [one] });
    await harness.pass(defaultTiming.sweepEveryMs);
    one.answer(delivered);
    await harness.pass(defaultTiming.pollMs);
    one.answer(delivered);
    await harness.pass(defaultTiming.pollMs);
    expect((await one.outbox.listEnded(anna, 10)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    await one.courier.stop();
  });
});
