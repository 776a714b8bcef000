import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccept } from '../../src/delivery/accept.ts';
import type { Accept, Resend, Submission, TaskReference } from '../../src/delivery/submission.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import type { Identity } from '../../src/domain/identity.ts';
import type { PortalOrigin } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';
import {
  acme,
  claimNext,
  type Holder,
  message,
  type OutboxHarness,
  other,
  requestIn,
} from '../contract/outbox-harness.ts';
import { createSqliteHarness } from '../storage/outbox-harnesses.ts';
import { manualClock } from '../support/manual-clock.ts';
import { silentEvents } from '../support/silent-events.ts';
import { standingPortals } from '../support/standing-portals.ts';

const { person: me, route, task } = message();
const noNames = { users: new Map(), channels: new Map(), groups: new Map() };
const number: TaskReference = { kind: 'number', task };

describe('what is sent', () => {
  let harness: OutboxHarness;
  let outbox: Holder['outbox'];
  let accept: Accept;
  let resend: Resend;
  let linked: Identity | undefined;
  beforeEach(async () => {
    harness = await createSqliteHarness();
    outbox = harness.holder('one').outbox;
    linked = identity(acme, '7');
    ({ accept, resend } = createAccept({
      outbox,
      findIdentity: async () => linked,
      moving: standingPortals,
      names: { resolve: async () => noNames, unresolved: () => noNames },
      clock: manualClock(),
      timing: defaultTiming,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      events: silentEvents,
    }));
  });
  afterEach(() => harness.close());

  it('goes to the portal of a pasted link, or nowhere', async () => {
    expect(await accept(submission({ kind: 'link', portal: other, task }))).toEqual({
      kind: 'failed',
      failure: { kind: 'foreign-portal', portal: other, linked: acme },
    });
    expect(await outbox.count()).toMatchObject({ waiting: 0 });
    expect(await accept(submission({ kind: 'link', portal: acme, task }))).toMatchObject({ kind: 'accepted' });
  });

  it('again does not go into the task of the same number on another portal', async () => {
    const id = await refusedBefore();
    linked = identity(other, '7');
    expect(await resend({ person: me, id, nonce: 'press', route })).toEqual({
      kind: 'failed',
      failure: { kind: 'foreign-portal', portal: acme, linked: other },
    });
    expect((await outbox.claim(10)).claims).toEqual([]);
  });

  it('again goes out as who the sender is now', async () => {
    const id = await refusedBefore();
    linked = identity(acme, '8');
    expect(await resend({ person: me, id, nonce: 'press', route })).toMatchObject({ kind: 'accepted', portal: acme });
    const claim = await claimNext(outbox);
    expect(claim).toMatchObject({ delivery: { bitrixUserId: '8', task }, progress: { identityId: 'of 8' } });
    expect(requestIn(claim)).toContain('The draft is ready');
  });

  it('again is one delivery, however often it is pressed', async () => {
    const id = await refusedBefore();
    const presses = await Promise.all([1, 2, 3].map(() => resend({ person: me, id, nonce: 'press', route })));
    expect(presses.map(({ kind }) => kind).toSorted()).toEqual(['accepted', 'duplicate', 'duplicate']);
  });

  it('again is nobody else’s to send, nor that of somebody who has unlinked', async () => {
    const id = await refusedBefore();
    const stranger = { ...me, user: 'U2' };
    expect(await resend({ person: stranger, id, nonce: 'press', route })).toEqual({ kind: 'gone' });
    linked = undefined;
    expect(await resend({ person: me, id, nonce: 'press', route })).toEqual({
      kind: 'failed',
      failure: { kind: 'not-linked' },
    });
    expect((await outbox.claim(10)).claims).toEqual([]);
  });

  /** A message that its portal has refused; gives its id. */
  async function refusedBefore(): Promise<string> {
    const accepted = await accept(submission(number));
    if (accepted.kind !== 'accepted') {
      throw new Error(accepted.kind);
    }
    const outcome = { kind: 'refused', failure: { kind: 'no-access' } } as const;
    await outbox.settle(await claimNext(outbox), { kind: 'end', outcome }, {});
    return accepted.id;
  }
});

function submission(to: TaskReference): Submission {
  return {
    interactionKey: { scope: 'T1', handle: JSON.stringify(to) },
    person: me,
    task: to,
    document: { blocks: [{ kind: 'paragraph', content: [{ kind: 'text', text: 'The draft is ready' }] }] },
    losses: [],
    route,
    sayAgain: false,
  };
}

function identity(portal: PortalOrigin, userId: string): Identity {
  return {
    id: `of ${userId}`,
    account: { portal, userId, name: 'Anna Petrova' },
    linkedAt: 0,
    credential: { kind: 'webhook', portal, webhookUserId: userId, secret: new Secret('hush') },
  };
}
