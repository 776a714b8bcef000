import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { afterLook } from '../../src/delivery/after-look.ts';
import { judgeChat } from '../../src/delivery/judge-chat.ts';
import type { AttemptResult } from '../../src/delivery/ports.ts';
import type { Claim } from '../../src/delivery/progress.ts';
import { afterAttempt, beforeAttempt } from '../../src/delivery/state-machine.ts';
import type { ChatMessage, Seen } from '../../src/delivery/task-chat.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import { acme, message, type OutboxHarness, requestOf } from '../contract/outbox-harness.ts';
import { createSqliteHarness } from '../storage/outbox-harnesses.ts';
import { identity } from './couriers.ts';

/** One attempt as it really was: whether it posts, and how long after it left; and whether its answer comes through. */
type Attempted = { readonly postsAfterMs: number | 'never'; readonly isAnswered: boolean };

/** How the chat is read: with everything, not to its end, or not at all. */
type Looking = 'works' | 'cut' | PortalFailure;

type Course = {
  /** The same text is sent by so many people who share one account in Bitrix24. */
  readonly senders: number;
  readonly attempts: readonly Attempted[];
  readonly looks: readonly Looking[];
  /** Its author writes something else after so many steps. */
  readonly noiseAfter?: number;
};

const lost: AttemptResult = { kind: 'failed', failure: { kind: 'no-answer' }, left: true, sinceLeftMs: 0 };
const delivered: AttemptResult = { kind: 'delivered', honoursKey: false };
const surelyMs = defaultTiming.repeatAfterMs;
const maxSteps = 400;

describe('a part that may have run on a portal without keys', () => {
  let harness: OutboxHarness;
  let tasks = 0;
  beforeAll(async () => {
    harness = await createSqliteHarness();
    harness.setRate({ burst: 100_000, perSecond: 100_000 });
  });
  afterAll(() => harness.close());

  it('is never posted twice, and is delivered where it is there, whatever the looks are like', async () => {
    await fc.assert(
      fc.asyncProperty(course(), async (given) => {
        const { outcomes, posts } = await play(given);
        const count = (kind: string) => outcomes.filter((outcome) => outcome === kind).length;
        expect(posts, 'copies').toBeLessThanOrEqual(given.senders);
        expect(count('delivered'), 'delivered').toBeLessThanOrEqual(posts);
        expect(count('delivered') + count('unknown')).toBe(given.senders);
      }),
      { numRuns: 400 },
    );
  }, 300_000);

  it('is never left unknown while its chat can be read and nobody else writes there as its author', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(attempted(), { maxLength: 3 }), async (attempts) => {
        const { outcomes, posts } = await play({ senders: 1, attempts: attempts.slice(0, 2), looks: [] });
        expect([outcomes, posts]).toEqual([['delivered'], 1]);
      }),
      { numRuns: 200 },
    );
  }, 300_000);

  it('goes out anew twice at most', async () => {
    const never = { postsAfterMs: 'never', isAnswered: false } as const;
    expect(await play({ senders: 1, attempts: [never, never, never], looks: [] })).toEqual({
      outcomes: ['unknown'],
      posts: 0,
      sends: 3,
    });
  });

  async function play({ senders, attempts, looks, noiseAfter }: Course) {
    tasks += 1;
    const task = tasks;
    const text = `said about ${task}`;
    const { outbox } = harness.holder('one');
    const people = Array.from({ length: senders }, (_, index) => ({ tenant: 'T1', user: `U${index}` }));
    const sent = people.map(({ user }) =>
      message({ user, task, requests: [requestOf(text, task)], identityId: identity.id }),
    );
    for (const each of sent) {
      await outbox.accept(each);
    }
    const chat: { readonly id: string; readonly text: string; readonly at: number }[] = [];
    const [attemptsLeft, looksLeft] = [[...attempts], [...looks]];
    let sends = 0;

    for (let step = 0; step < maxSteps && (await isOpen()); step += 1) {
      if (step === noiseAfter) {
        post('something else', harness.now());
      }
      const { claims } = await outbox.claim(10);
      for (const claim of claims) {
        await carry(claim);
      }
      await harness.advance(claims.length > 0 ? 0 : 5_000);
    }
    const outcomes = await Promise.all(
      sent.map(async ({ person, id }) => (await outbox.find(person, id))?.outcome?.kind ?? 'open'),
    );
    return { outcomes, posts: chat.filter((one) => one.text === text).length, sends };

    async function isOpen(): Promise<boolean> {
      const { waiting, sending } = await outbox.count();
      return waiting + sending > 0;
    }

    async function carry(claim: Claim): Promise<void> {
      const verdict = beforeAttempt(claim.progress, { portal: acme, userId: '7' }, identity);
      if (verdict.kind === 'look') {
        const seen = await look(claim, looksLeft.shift() ?? 'works');
        await outbox.settle(claim, afterLook(claim.progress, seen, defaultTiming, surelyMs, 0.5), {});
        return;
      }
      expect(verdict.kind).toBe('send');
      await outbox.settle(claim, afterAttempt(claim.progress, send(), defaultTiming, 0.5), {});
    }

    function send(): AttemptResult {
      sends += 1;
      const { postsAfterMs, isAnswered } = attemptsLeft.shift() ?? { postsAfterMs: 0, isAnswered: true };
      if (postsAfterMs !== 'never') {
        post(text, harness.now() + (isAnswered ? 0 : postsAfterMs));
      }
      return isAnswered && postsAfterMs !== 'never' ? delivered : lost;
    }

    function post(words: string, at: number): void {
      chat.push({ id: `${task} ${chat.length}`, text: words, at });
    }

    async function look(claim: Claim, looking: Looking): Promise<Seen> {
      if (typeof looking === 'object') {
        return { kind: 'failed', failure: looking };
      }
      const there = chat.filter(({ at }) => at <= harness.now() && at >= claim.progress.attemptedAt - 5_000);
      const messages = there.map(
        ({ id, text: words, at }): ChatMessage => ({
          id,
          text: words,
          files: [],
          agoMs: harness.now() - at,
        }),
      );
      const accounted = await outbox.accountedFor(claim);
      const isComplete = looking === 'works';
      return judgeChat({ content: claim.content, messages: isComplete ? messages : [], isComplete, accounted });
    }
  }
});

function course(): fc.Arbitrary<Course> {
  return fc.record(
    {
      senders: fc.integer({ min: 1, max: 3 }),
      attempts: fc.array(attempted(), { maxLength: 8 }),
      looks: fc.array(
        fc.oneof(
          { weight: 6, arbitrary: fc.constant('works' as const) },
          {
            weight: 1,
            arbitrary: fc.constantFrom<Looking>(
              'cut',
              { kind: 'unreachable' },
              { kind: 'missing-scope', scopes: ['im'] },
            ),
          },
        ),
        { maxLength: 10 },
      ),
      noiseAfter: fc.integer({ min: 0, max: 30 }),
    },
    { requiredKeys: ['senders', 'attempts', 'looks'] },
  );
}

function attempted(): fc.Arbitrary<Attempted> {
  return fc.record({
    postsAfterMs: fc.oneof(fc.constant('never' as const), fc.integer({ min: 0, max: 64_000 })),
    isAnswered: fc.boolean(),
  });
}
