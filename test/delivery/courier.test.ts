import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Courier, createCourier } from '../../src/delivery/courier.ts';
import type { AttemptResult, Outbox } from '../../src/delivery/ports.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { Secret } from '../../src/domain/secret.ts';
import { acme, claimNext, type Holder, message, type OutboxHarness, timing } from '../contract/outbox-harness.ts';
import { createSqliteHarness } from '../storage/outbox-harnesses.ts';
import { closedChat, noFiles } from '../support/closed-chat.ts';
import { manualClock } from '../support/manual-clock.ts';
import { silentEvents } from '../support/silent-events.ts';
import { standingPortals } from '../support/standing-portals.ts';

const delivered: AttemptResult = { kind: 'delivered', honoursKey: true };
const account = { portal: acme, userId: '7', name: 'Anna Petrova' };
const credential = { kind: 'webhook', portal: acme, webhookUserId: '7', secret: new Secret('secret') } as const;
const identity = { id: 'identity-1', account, linkedAt: 0, credential };

describe('the courier', () => {
  let harness: OutboxHarness;
  let holder: Holder;
  let courier: Courier;
  const clock = manualClock();
  const underWay: ((result: AttemptResult) => void)[] = [];
  let sent = 0;
  let swept = 0;

  beforeEach(async () => {
    harness = await createSqliteHarness();
    harness.setRate({ burst: 10_000, perSecond: 10_000 });
    holder = harness.holder('one');
    [sent, swept, underWay.length] = [0, 0, 0];
    courier = createCourier({
      outbox: holder.outbox,
      parking: { catchUp: async () => {}, round: async () => {}, noteParked() {}, noteSuccess() {} },
      sweep: async () => {
        swept += 1;
      },
      messenger: {
        send: () => {
          sent += 1;
          return new Promise((resolve) => underWay.push(resolve));
        },
      },
      chat: closedChat,
      learnScopes: async () => {},
      ...noFiles,
      pacer: holder.pacer,
      findIdentity: async () => identity,
      refreshIdentity: async () => ({ ok: true, value: identity }),
      lock: { run: (_, work) => work() },
      moving: standingPortals,
      notify: () => {},
      clock,
      timing: defaultTiming,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      events: silentEvents,
      random: () => 0.5,
      capacity: 4_096,
      singleProcess: true,
    });
    await courier.start();
  });

  afterEach(async () => {
    for (const end of underWay) {
      end(delivered);
    }
    await courier.stop();
    await harness.close();
  });

  const accept = (count: number, outbox: Outbox = holder.outbox) =>
    Promise.all(Array.from({ length: count }, (_, index) => outbox.accept(message({ task: index + 1 }))));

  it('begins a hundred at once, and another for each that ends, whoever wakes it meanwhile', async () => {
    await accept(250);
    courier.wake();
    await expect.poll(() => sent).toBe(100);
    for (let wakes = 0; wakes < 3; wakes += 1) {
      courier.wake();
    }

    while (sent < 250) {
      const before = sent;
      for (const end of underWay.splice(0, 50)) {
        end(delivered);
      }
      await expect.poll(() => sent).toBe(Math.min(250, before + 50));
    }
    for (const end of underWay.splice(0)) {
      end(delivered);
    }
    await expect.poll(async () => (await holder.outbox.count()).sending).toBe(0);
    expect((await holder.outbox.count()).waiting).toBe(0);
  });

  it('goes on to others while a hundred hang', async () => {
    await accept(150);
    courier.wake();
    await expect.poll(() => sent).toBe(100);
    clock.advance(1_000);
    await expect.poll(() => sent).toBe(150);
  });

  it('waits at most nine seconds for hanging attempts when it stops', async () => {
    await accept(1);
    courier.wake();
    await expect.poll(() => sent).toBe(1);
    const stopped = courier.stop();
    expect(clock.waiting()).toContain(defaultTiming.stopWithinMs);
    clock.advance(defaultTiming.stopWithinMs);
    await stopped;
    expect(underWay).toHaveLength(1);
  });

  it("runs the storage's sweep regularly", async () => {
    clock.advance(defaultTiming.sweepEveryMs - 1);
    expect(swept).toBe(0);
    clock.advance(1);
    expect(swept).toBe(1);
    await expect
      .poll(() => {
        clock.advance(defaultTiming.sweepEveryMs);
        return swept;
      })
      .toBeGreaterThan(1);
  });

  it('repeats what was on its way when a process died a few at a time, and delivers all of it', async () => {
    const { outbox } = holder;
    const dead = harness.holder('dead').outbox;
    await accept(15, dead);
    await dead.settle(await claimNext(dead), { kind: 'end', outcome: { kind: 'delivered' } }, { honoursKey: true });
    expect((await dead.claim(14)).claims).toHaveLength(14);
    await pass(timing.leaseMs + 1);
    await expect.poll(() => outbox.count()).toMatchObject({ sending: 0, waiting: 14 });

    await pass(defaultTiming.repeatAfterMs);
    await expect.poll(() => outbox.count()).toMatchObject({ sending: 4, waiting: 10 });
    while (sent < 14) {
      const before = sent;
      expect(underWay.length).toBeLessThanOrEqual(4);
      for (const end of underWay.splice(0)) {
        end(delivered);
      }
      await expect
        .poll(async () => {
          await pass(defaultTiming.pollMs);
          return sent;
        })
        .toBeGreaterThan(before);
    }
    expect(sent).toBe(14);
  });

  async function pass(ms: number): Promise<void> {
    await harness.advance(ms);
    clock.advance(ms);
    courier.wake();
  }
});
