import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outbox } from '../../src/delivery/ports.ts';
import type { Transition } from '../../src/delivery/progress.ts';
import { acme, claimNext, message, type OutboxHarness, timing } from '../contract/outbox-harness.ts';
import { createHolding } from './held-database.ts';
import { createPostgresHarness } from './outbox-harnesses.ts';

const me = { tenant: 'T1', user: 'U1' };
const anna = { portal: acme, userId: '7', name: 'Anna Petrova' };
const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };
const park: Transition = { kind: 'park', failure: { kind: 'credential-rejected' } };

/** SQLite does one transaction at a time: there is nothing to wait for. */
describe('what is accepted while its lane changes, on PostgreSQL', { timeout: 60_000 }, () => {
  const holding = createHolding();
  let harness: OutboxHarness;
  let one: Outbox;
  let two: Outbox;
  beforeAll(async () => {
    harness = await createPostgresHarness(holding.watch);
    [one, two] = [harness.holder('one').outbox, harness.holder('two').outbox];
  }, 60_000);
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  it.each<[string, (outbox: Outbox, id: string) => Promise<unknown>]>([
    ['is taken back', (outbox, id) => outbox.cancel(me, id)],
    ['is taken back with all others', (outbox) => outbox.cancelAll(me, 'unlink')],
    ['is bound to another account', (outbox) => outbox.relink(me, { ...anna, userId: '8' })],
    ['is forgotten', (outbox) => outbox.forget(me)],
  ])('does not stay behind where the head of the lane %s', async (_, end) => {
    const head = message();
    await one.accept(head);
    await duringAcceptance(() => end(two, head.id));
    await expectNobodyStuck();
  });

  it('does not stay behind where the head of the lane is delivered', async () => {
    await one.accept(message());
    const claim = await claimNext(two);
    await duringAcceptance(() => two.settle(claim, delivered, {}));
    await expectNobodyStuck();
  });

  it('does not stay behind where the head of the lane expires', async () => {
    await one.accept(message());
    await harness.advance(timing.deadlineMs);
    await duringAcceptance(() => two.expire(() => delivered));
    await expectNobodyStuck();
  });

  it('does not stay behind where the lease of the head of the lane runs out', async () => {
    await one.accept(message());
    await claimNext(one);
    await harness.advance(timing.leaseMs + 1);
    await duringAcceptance(() => two.recoverLeases(() => delivered));
    await expectNobodyStuck();
  });

  it('does not stay parked where its person links again', async () => {
    await one.accept(message());
    await two.settle(await claimNext(two), park, {});
    await duringAcceptance(() => two.relink(me, anna));
    await expectNobodyStuck();
  });

  it('is parked where the credential of the lane is refused', async () => {
    await one.accept(message());
    const claim = await claimNext(two);
    await duringAcceptance(() => two.settle(claim, park, {}));
    expect(await one.count()).toMatchObject({ sending: 0, parked: 2 });
  });

  it('is parked where the credential is refused in another lane', async () => {
    await one.accept(message());
    const claim = await claimNext(two);
    await duringAcceptance(() => two.settle(claim, park, {}), message({ task: 52 }));
    expect(await one.count()).toMatchObject({ sending: 0, parked: 2 });
  });

  it('waits for nothing that changes another lane', async () => {
    await one.accept(message());
    const claim = await claimNext(two);
    const held = holding.statement('INSERT INTO outbox');
    const accepting = one.accept(message({ task: 52 }));
    await held.arrived;
    expect(await two.settle(claim, delivered, {})).toMatchObject({ kind: 'written' });
    held.release();
    await accepting;
  });

  /** Accepts another message, of the same lane, and begins `change` when all is read that decides where it stands. */
  async function duringAcceptance(change: () => Promise<unknown>, sent = message()): Promise<void> {
    const held = holding.statement('INSERT INTO outbox');
    const accepting = one.accept(sent);
    await held.arrived;
    let isOver = false;
    const changing = change().finally(() => {
      isOver = true;
    });
    while (!isOver && !(await somebodyWaits())) {}
    held.release();
    await Promise.all([accepting, changing]);
  }

  async function somebodyWaits(): Promise<boolean> {
    const waiting = await harness.database.query(
      `SELECT 1 FROM pg_locks JOIN pg_database ON oid = database
      WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted`,
    );
    return waiting.length > 0;
  }

  async function expectNobodyStuck(): Promise<void> {
    for (let { claims } = await one.claim(10); claims.length > 0; { claims } = await one.claim(10)) {
      await Promise.all(claims.map((claim) => one.settle(claim, delivered, {})));
    }
    expect(await one.count()).toEqual({ waiting: 0, sending: 0, parked: 0 });
  }
});
