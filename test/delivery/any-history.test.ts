import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { afterLook } from '../../src/delivery/after-look.ts';
import { judgeChat } from '../../src/delivery/judge-chat.ts';
import type { AttemptResult, Report } from '../../src/delivery/ports.ts';
import type { Claim, Transition } from '../../src/delivery/progress.ts';
import { afterAttempt, afterCrash, afterDeadline, beforeAttempt } from '../../src/delivery/state-machine.ts';
import type { Seen } from '../../src/delivery/task-chat.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { type PortalFailure, ruleOf } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { Secret } from '../../src/domain/secret.ts';
import { acme, message, type OutboxHarness, other, requestOf, timing } from '../contract/outbox-harness.ts';
import { createSqliteHarness } from '../storage/outbox-harnesses.ts';

/**
 * What can happen to a delivery while time goes by. `late`: an answer that comes after its lease ran out. `isNoted`: the
 * outbox was told of the other link; it is not where the process died in between. `runs`: whether an attempt without a
 * clear answer posts the message, and how late. `looking`: why the chat cannot be read, where it cannot. `noise`: its
 * author writes something else there.
 */
type Event = { readonly afterMs: number } & (
  | { readonly kind: 'attempt'; readonly result: AttemptResult; readonly runs: Runs; readonly looking: Looking }
  | { readonly kind: 'noise' }
  | { readonly kind: 'late' | 'crash' | 'cancel' }
  | { readonly kind: 'unlink'; readonly isNoted: boolean }
  | { readonly kind: 'link'; readonly id: string; readonly userId: string; readonly isNoted: boolean }
);

/** How many ms after it left; `never`: it does not run. A portal ends every request after a minute. */
type Runs = number | 'never';
type Looking = PortalFailure | 'works';

/** A message in the chat. `key`: under which it was posted, where the portal keeps that. */
type Posted = { readonly id: string; readonly text: string; readonly at: number; readonly key?: string };

/** What an observer saw, who knows what really happened at the portal. */
type History = {
  readonly sends: { readonly part: number; readonly as: string; readonly credential: string; readonly at: number }[];
  /** Part and credential of every attempt that may have run without a readable answer, until a look has settled it. */
  mayHaveRun: { readonly part: number; readonly credential: string; readonly isReadable: boolean }[];
  readonly chat: Posted[];
  readonly finals: Report[];
  readonly problems: string[];
};

describe('any history of a delivery', () => {
  let harness: OutboxHarness;
  let people = 0;
  beforeAll(async () => {
    harness = await createSqliteHarness();
    harness.setRate({ burst: 100_000, perSecond: 100_000 });
  });
  afterAll(() => harness.close());

  it('ends once, is never posted twice, never as somebody else, and is unknown only where it is in doubt', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        fc.array(event(), { maxLength: 25 }),
        async (parts, honoursKey, events) => {
          people += 1;
          const { delivery, history } = await play(`U${people}`, parts, honoursKey, events);
          expect(history.problems).toEqual([]);
          expect(delivery?.outcome).toBeDefined();
          expect(history.finals.map(({ delivery: told }) => told.outcome)).toEqual([delivery?.outcome]);
          expect(history.sends.filter(({ as }) => as !== `${acme} 7`)).toEqual([]);
          const { partsDelivered = 0, outcome } = delivery ?? {};
          const posts = Array.from({ length: parts }, (_, index) => postsOf(history, index + 1));
          expect(Math.max(...posts), 'copies').toBeLessThanOrEqual(1);
          expect(posts.slice(0, partsDelivered), 'delivered parts').toEqual(Array(partsDelivered).fill(1));
          const inDoubt = history.mayHaveRun.some(({ part }) => part === partsDelivered + 1);
          if (outcome?.kind === 'unknown') {
            expect(inDoubt).toBe(true);
          } else {
            expect(posts.slice(partsDelivered), 'parts that did not go out').toEqual(
              Array(parts - partsDelivered).fill(0),
            );
          }
          expect(history.sends.filter(({ at }) => at >= (delivery?.deadlineAt ?? 0))).toEqual([]);
        },
      ),
      { numRuns: 600 },
    );
  }, 300_000);

  /** Plays events against the outbox and the rules, as the courier does; a history that runs out meets its deadline. */
  async function play(user: string, parts: number, honoursKey: boolean, events: readonly Event[]) {
    const history: History = { sends: [], mayHaveRun: [], chat: [], finals: [], problems: [] };
    const { outbox } = harness.holder('one');
    const person = { tenant: 'T1', user };
    const requests = Array.from({ length: parts }, (_, part) => requestOf(textOf(part + 1)));
    const sent = message({ id: `delivery of ${user}`, user, requests, identityId: 'link-1' });
    let linked: Identity | undefined = identity('link-1', '7');
    let stale: Claim | undefined;
    await outbox.accept(sent);
    await harness.database.query('UPDATE portals SET honours_key = $1', [honoursKey ? 1 : 0]);

    for (const happened of events) {
      await harness.advance(happened.afterMs);
      await recover();
      switch (happened.kind) {
        case 'attempt':
          await carry(async (claim, active) => {
            const result = attempt(claim, active, happened.result, happened.runs);
            await settle(claim, afterAttempt(claim.progress, result, defaultTiming, 0.5));
          }, happened.looking);
          break;
        case 'crash':
          await carry(async (claim, active) => void attempt(claim, active, noAnswer, 'never'), { kind: 'unreachable' });
          break;
        case 'noise':
          post('something else');
          break;
        case 'late':
          await harness.advance(timing.leaseMs + 1);
          await recover();
          if (stale && (await outbox.settle(stale, delivered, {})).kind !== 'lost') {
            history.problems.push('an answer after its lease was written');
          }
          break;
        case 'cancel':
          await outbox.cancel(person, sent.id);
          break;
        case 'unlink':
          linked = undefined;
          if (happened.isNoted) {
            await outbox.cancelAll(person, 'unlink');
          }
          break;
        case 'link':
          linked = identity(happened.id, happened.userId);
          if (happened.isNoted) {
            await outbox.relink(person, linked.account);
          }
          break;
      }
      await tellDue();
    }
    await harness.advance(defaultTiming.deadlineMs);
    await recover();
    for (const report of await outbox.expire(afterDeadline)) {
      await notify(report);
    }
    await carry(async (claim) => void history.problems.push(`${claim.delivery.id} went on after its deadline`));
    await tellDue();
    return { delivery: await outbox.find(person, sent.id), history };

    async function carry(
      onSend: (claim: Claim, active: Identity) => Promise<void>,
      looking: Looking = 'works',
    ): Promise<void> {
      for (const claim of (await outbox.claim(10)).claims) {
        const verdict = beforeAttempt(claim.progress, sent.account, linked);
        if (verdict.kind === 'send') {
          await onSend(claim, verdict.identity);
        } else if (verdict.kind === 'look') {
          await settle(claim, afterLook(claim.progress, await look(claim, looking), defaultTiming, surelyMs, 0.5));
        } else {
          await settle(claim, verdict);
        }
        stale = claim;
      }
    }

    function post(text: string, at = harness.now(), key?: string): void {
      history.chat.push({ id: `${user} ${history.chat.length}`, text, at, ...(key === undefined ? {} : { key }) });
    }

    /** Whether the chat says that the part is there. */
    async function look(claim: Claim, looking: Looking): Promise<Seen> {
      if (looking !== 'works') {
        return { kind: 'failed', failure: looking };
      }
      const messages = history.chat
        .filter(({ at }) => at <= harness.now() && at >= claim.progress.attemptedAt)
        .map(({ id, text, at }) => ({ id, text, files: [], agoMs: harness.now() - at }));
      const accounted = await outbox.accountedFor(claim);
      return judgeChat({ content: claim.content, messages, isComplete: true, accounted });
    }

    /** What the portal gets to see, and what a person at the portal knows about it afterwards. */
    function attempt(
      { part, progress }: Claim,
      { id, account }: Identity,
      result: AttemptResult,
      runs: Runs,
    ): AttemptResult {
      if (history.finals.length > 0) {
        history.problems.push('was sent after its end');
      }
      const before = history.mayHaveRun.filter((one) => one.part === part);
      if (before.some(({ credential, isReadable }) => credential !== id || isReadable)) {
        history.problems.push('was repeated where the key does not help');
      }
      if (before.length > 0 && !progress.honoursKey) {
        history.problems.push('was repeated where the portal ignores the key');
      }
      const key = `${id} ${part}`;
      const isStored = honoursKey && history.chat.some((one) => one.key === key && one.at <= harness.now());
      history.sends.push({ part, as: `${account.portal} ${account.userId}`, credential: id, at: harness.now() });
      if (result.kind === 'failed' && result.left && ruleOf(result.failure) === 'ambiguous') {
        history.mayHaveRun.push({ part, credential: id, isReadable: !isNoAnswer(result.failure) });
      }
      // The portal tells that a success is stored under the key only where one is.
      const answer = result.kind === 'key-reused' && !isStored ? success : result;
      const isLost = answer.kind === 'failed' && answer.left && ruleOf(answer.failure) === 'ambiguous';
      if (!isStored && (answer.kind === 'delivered' || (isLost && runs !== 'never'))) {
        const at = harness.now() + (isLost && runs !== 'never' ? Math.max(0, runs - answer.sinceLeftMs) : 0);
        post(textOf(part), at, isLost && !isNoAnswer(answer.failure) ? undefined : key);
      }
      return answer;
    }

    function textOf(part: number): string {
      return `part ${part} of ${user}`;
    }

    async function settle(claim: Claim, transition: Transition): Promise<void> {
      if (transition.kind === 'resend') {
        history.mayHaveRun = history.mayHaveRun.filter(({ part }) => part !== claim.part);
      }
      const settled = await outbox.settle(claim, transition, { honoursKey });
      if (settled.kind === 'written' && settled.report) {
        await notify(settled.report);
      }
    }

    async function recover(): Promise<void> {
      const reports = await harness
        .holder('two')
        .outbox.recoverLeases((progress) => afterCrash(progress, defaultTiming));
      for (const report of reports) {
        await notify(report);
      }
    }

    async function tellDue(): Promise<void> {
      for (const report of await outbox.claimReports(10)) {
        await notify(report);
      }
    }

    async function notify(report: Report): Promise<void> {
      if (report.kind === 'final') {
        history.finals.push(report);
      }
      await outbox.settleReport(report, { made: true });
    }
  }
});

/** Any message of a portal in the cloud is there so long after its request left, or never. */
const surelyMs = defaultTiming.repeatAfterMs;

function postsOf({ chat }: History, part: number): number {
  return chat.filter(({ text }) => text.startsWith(`part ${part} of `)).length;
}

function isNoAnswer({ kind }: PortalFailure): boolean {
  return kind === 'no-answer' || kind === 'unreadable-answer';
}

const noAnswer: AttemptResult = { kind: 'failed', failure: { kind: 'no-answer' }, left: true, sinceLeftMs: 0 };
const success: AttemptResult = { kind: 'delivered', honoursKey: true };
const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };

function event(): fc.Arbitrary<Event> {
  const failure = fc.constantFrom<PortalFailure>(
    { kind: 'no-answer' },
    { kind: 'no-answer' },
    { kind: 'no-answer' },
    { kind: 'throttled' },
    { kind: 'throttled' },
    { kind: 'method-throttled', resetAt: 5 },
    { kind: 'unreachable' },
    { kind: 'no-access' },
    { kind: 'credential-rejected' },
    { kind: 'credential-rejected' },
    { kind: 'plan' },
    { kind: 'portal-fault', code: 'X' },
    { kind: 'unexpected', code: 'X', status: 418 },
    { kind: 'unexpected', code: 'X', status: 200 },
    { kind: 'moved', to: other },
  );
  const failed = fc.record({
    kind: fc.constant('failed' as const),
    failure,
    left: fc.boolean(),
    sinceLeftMs: fc.double({ min: 0, max: 70_000, noNaN: true }),
  });
  const result = fc.oneof(
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delivered' as const), honoursKey: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'key-reused' as const }) },
    { weight: 4, arbitrary: failed },
  );
  const afterMs = fc.constantFrom(0, 1_000, 20_000, 70_000, 70_000, 20 * 60_000, 8 * 3_600_000);
  const isNoted = fc.boolean();
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        afterMs,
        kind: fc.constant('attempt' as const),
        result,
        runs: runs(),
        looking: looking(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ afterMs, kind: fc.constant('noise' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({ afterMs, kind: fc.constantFrom('late' as const, 'crash' as const, 'cancel' as const) }),
    },
    { weight: 1, arbitrary: fc.record({ afterMs, kind: fc.constant('unlink' as const), isNoted }) },
    {
      weight: 2,
      arbitrary: fc.record({
        afterMs,
        kind: fc.constant('link' as const),
        id: fc.constantFrom('link-1', 'link-2', 'link-3'),
        userId: fc.constantFrom('7', '7', '8'),
        isNoted,
      }),
    },
  );
}

function runs(): fc.Arbitrary<Runs> {
  return fc.oneof(fc.constant('never' as const), fc.integer({ min: 0, max: 59_000 }));
}

function looking(): fc.Arbitrary<Looking> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant('works' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<PortalFailure>({ kind: 'unreachable' }, { kind: 'missing-scope', scopes: ['im'] }),
    },
  );
}

function identity(id: string, userId: string): Identity {
  return {
    // A link belongs to one account for ever.
    id: `${id}${userId === '7' ? '' : ` of ${userId}`}`,
    account: { portal: acme, userId, name: 'Anna Petrova' },
    linkedAt: 0,
    credential: { kind: 'webhook', portal: acme, webhookUserId: userId, secret: new Secret('s') },
  };
}
