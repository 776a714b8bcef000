import { describe, expect, it } from 'vitest';
import type { Transition } from '../../src/delivery/progress.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { claimNext, message } from '../contract/outbox-world.ts';
import { anna, connected, forgettingOf, type LinkingStage, openLinkingStage } from './stage.ts';

const hour = 3_600_000;

describe('what waits for a person', () => {
  it('is taken back when they unlink, and does not go out under a later link of the same account', async () => {
    const { stage, first, id } = await withOneSettled({ kind: 'wait', delayMs: hour, failures: 1, ambiguous: false });
    expect(await stage.linking.unlink(anna)).toEqual({ removed: true, cancelled: 1 });
    expect((await connected(stage)).account).toEqual(first.account);
    stage.passTime(2 * hour);
    expect((await stage.storage.outbox.claim(10)).claims).toEqual([]);
    expect(await stage.storage.outbox.find(anna, id)).toMatchObject({ outcome: { kind: 'cancelled', by: 'unlink' } });
  });

  it('is taken back when they link another account, and does not go out when they link the first one again', async () => {
    const { stage, id } = await withOneSettled({ kind: 'wait', delayMs: hour, failures: 1, ambiguous: false });
    await connected(stage, anna, 9);
    await connected(stage);
    stage.passTime(2 * hour);
    expect((await stage.storage.outbox.claim(10)).claims).toEqual([]);
    expect(await stage.storage.outbox.find(anna, id)).toMatchObject({ outcome: { kind: 'cancelled', by: 'relink' } });
  });

  it('for a new link goes on as soon as that is made', async () => {
    const { stage, id } = await withOneSettled({ kind: 'park', failure: { kind: 'credential-rejected' } });
    expect((await stage.storage.outbox.claim(10)).claims).toEqual([]);
    await connected(stage);
    expect((await claimNext(stage.storage.outbox)).delivery.id).toBe(id);
  });

  it('is gone without a trace when they are forgotten, whatever they link later', async () => {
    const { stage, id } = await withOneSettled({ kind: 'wait', delayMs: hour, failures: 1, ambiguous: false });
    const { outbox } = stage.storage;
    expect(await forgettingOf(stage).forgetPerson(anna)).toMatchObject({ deliveries: 1 });
    await connected(stage);
    stage.passTime(2 * hour);
    expect((await outbox.claim(10)).claims).toEqual([]);
    expect(await outbox.find(anna, id)).toBeUndefined();
  });
});

/** Anna is linked, and what came of the first attempt of her message is `transition`. */
async function withOneSettled(
  transition: Transition,
): Promise<{ readonly stage: LinkingStage; readonly first: Identity; readonly id: string }> {
  const stage = await openLinkingStage();
  const first = await connected(stage);
  const { outbox } = stage.storage;
  const sent = message({ person: anna, account: first.account, identityId: first.id });
  await outbox.accept(sent);
  await outbox.settle(await claimNext(outbox), transition, {});
  return { stage, first, id: sent.id };
}
