import { describe, expect, it } from 'vitest';
import type { Transition } from '../../src/delivery/progress.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { claimNext, message } from '../contract/outbox-harness.ts';
import { anna, connected, forgettingOf, type LinkingHarness, openLinkingHarness } from './harness.ts';

const hour = 3_600_000;

describe('what waits for a person', () => {
  it('is taken back when they unlink, and does not go out under a later link of the same account', async () => {
    const { harness, first, id } = await withOneSettled({ kind: 'wait', delayMs: hour, failures: 1, ambiguous: false });
    expect(await harness.linking.unlink(anna)).toEqual({ removed: true, cancelled: 1 });
    expect((await connected(harness)).account).toEqual(first.account);
    harness.passTime(2 * hour);
    expect((await harness.storage.outbox.claim(10)).claims).toEqual([]);
    expect(await harness.storage.outbox.find(anna, id)).toMatchObject({ outcome: { kind: 'cancelled', by: 'unlink' } });
  });

  it('is taken back when they link another account, and does not go out when they link the first one again', async () => {
    const { harness, id } = await withOneSettled({ kind: 'wait', delayMs: hour, failures: 1, ambiguous: false });
    await connected(harness, anna, 9);
    await connected(harness);
    harness.passTime(2 * hour);
    expect((await harness.storage.outbox.claim(10)).claims).toEqual([]);
    expect(await harness.storage.outbox.find(anna, id)).toMatchObject({ outcome: { kind: 'cancelled', by: 'relink' } });
  });

  it('for a new link goes on as soon as that is made', async () => {
    const { harness, id } = await withOneSettled({ kind: 'park', failure: { kind: 'credential-rejected' } });
    expect((await harness.storage.outbox.claim(10)).claims).toEqual([]);
    await connected(harness);
    expect((await claimNext(harness.storage.outbox)).delivery.id).toBe(id);
  });

  it('is gone without a trace when they are forgotten, whatever they link later', async () => {
    const { harness, id } = await withOneSettled({ kind: 'wait', delayMs: hour, failures: 1, ambiguous: false });
    const { outbox } = harness.storage;
    expect(await forgettingOf(harness).forgetPerson(anna)).toMatchObject({ deliveries: 1 });
    await connected(harness);
    harness.passTime(2 * hour);
    expect((await outbox.claim(10)).claims).toEqual([]);
    expect(await outbox.find(anna, id)).toBeUndefined();
  });
});

/** Anna is linked, and what came of the first attempt of her message is `transition`. */
async function withOneSettled(
  transition: Transition,
): Promise<{ readonly harness: LinkingHarness; readonly first: Identity; readonly id: string }> {
  const harness = await openLinkingHarness();
  const first = await connected(harness);
  const { outbox } = harness.storage;
  const sent = message({ person: anna, account: first.account, identityId: first.id });
  await outbox.accept(sent);
  await outbox.settle(await claimNext(outbox), transition, {});
  return { harness, first, id: sent.id };
}
