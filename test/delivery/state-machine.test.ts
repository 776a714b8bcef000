import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptResult, Progress, Transition } from '../../src/delivery/ports.ts';
import { afterAttempt, afterCrash, afterDeadline, beforeAttempt } from '../../src/delivery/state-machine.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import type { Outcome } from '../../src/domain/delivery.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { type PortalOrigin, portalOriginOf } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';

const author = { portal: portal('https://acme.bitrix24.com'), userId: '7' };
const fresh: Progress = {
  part: 1,
  parts: 1,
  identityId: 'link-1',
  ambiguous: false,
  failures: 0,
  now: 0,
  deadlineAt: defaultTiming.deadlineMs,
  honoursKey: true,
};

describe('what an attempt makes of its part', () => {
  const attempt = (progress: Progress, result: AttemptResult) => afterAttempt(progress, result, defaultTiming, 0.5);
  const failedWith = (
    failure: PortalFailure,
    more: Partial<Extract<AttemptResult, { kind: 'failed' }>> = {},
  ): AttemptResult => ({
    kind: 'failed',
    failure,
    left: true,
    sinceLeftMs: 60_000,
    ...more,
  });

  it('repeats a lost answer only where the key is honoured, and only when the portal must have given up', () => {
    const lost = failedWith({ kind: 'no-answer' }, { sinceLeftMs: 20_000 });
    expect(attempt(fresh, lost)).toMatchObject({ kind: 'wait', delayMs: 45_000, ambiguous: true });
    expect(attempt({ ...fresh, honoursKey: false }, lost)).toMatchObject({ kind: 'end', outcome: { kind: 'unknown' } });
    expect(attempt(fresh, failedWith({ kind: 'no-answer' }, { honoursKey: false }))).toMatchObject({
      kind: 'end',
      outcome: { kind: 'unknown' },
    });
  });

  it('never repeats after a readable server error, because portals store successes only', () => {
    expect(attempt(fresh, failedWith({ kind: 'portal-fault', code: 'INTERNAL_SERVER_ERROR' }))).toMatchObject({
      kind: 'end',
      outcome: { kind: 'unknown' },
    });
  });

  it('takes a reused key for delivered on a repeat, and for our bug on a first attempt', () => {
    expect(attempt({ ...fresh, ambiguous: true }, { kind: 'key-reused' })).toEqual({
      kind: 'end',
      outcome: { kind: 'delivered' },
    });
    expect(attempt(fresh, { kind: 'key-reused' })).toMatchObject({ kind: 'end', outcome: { kind: 'refused' } });
  });

  it('goes on with the next part after a delivered one', () => {
    expect(attempt({ ...fresh, parts: 2 }, { kind: 'delivered', honoursKey: true })).toEqual({ kind: 'next-part' });
  });

  it('waits 5 s, 15 s, 1 min, 5 min and then every 15 min for an unreachable portal', () => {
    const delays = [0, 1, 2, 3, 4, 9].map((failures) =>
      attempt({ ...fresh, failures }, failedWith({ kind: 'unreachable' }, { left: false })),
    );
    expect(delays.map((step) => (step.kind === 'wait' ? step.delayMs : step.kind))).toEqual([
      5_000, 15_000, 60_000, 300_000, 900_000, 900_000,
    ]);
  });

  it('waits for the end of an operating-time limit when the portal names it, else ten minutes', () => {
    expect(attempt(fresh, failedWith({ kind: 'method-throttled', resetAt: 90_000 }))).toMatchObject({
      delayMs: 90_000,
    });
    expect(attempt(fresh, failedWith({ kind: 'method-throttled' }))).toMatchObject({ delayMs: 600_000 });
  });
});

describe('whether a part may go out', () => {
  it('goes out only as the Bitrix24 user that it was accepted for', () => {
    expect(beforeAttempt(fresh, author, identity('link-1'))).toMatchObject({ kind: 'send' });
    expect(beforeAttempt(fresh, author, identity('link-2'))).toEqual({ kind: 'rebind', identityId: 'link-2' });
    expect(beforeAttempt(fresh, author, identity('link-2', '8'))).toEqual({
      kind: 'end',
      outcome: { kind: 'cancelled', by: 'relink' },
    });
    expect(beforeAttempt(fresh, author, undefined)).toEqual({
      kind: 'end',
      outcome: { kind: 'cancelled', by: 'unlink' },
    });
  });

  it('does not repeat an ambiguous attempt under another credential', () => {
    const ambiguous = { ...fresh, ambiguous: true };
    expect(beforeAttempt(ambiguous, author, identity('link-2'))).toMatchObject({
      kind: 'end',
      outcome: { kind: 'unknown' },
    });
    expect(beforeAttempt(ambiguous, author, identity('link-1'))).toMatchObject({ kind: 'send' });
  });
});

describe('any history of a delivery', () => {
  it('ends once, sends nothing after its end, never as somebody else, and keeps ambiguity for ever', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.array(event(), { maxLength: 60 }),
        (parts, honoursKey, events) => {
          const history = play(parts, honoursKey, events);
          expect(history.ends).toHaveLength(1);
          expect(history.sentAfterEnd).toBe(0);
          expect(history.sentAsOther).toBe(0);
          expect(history.repeatedBlindly).toBe(0);
          if (history.ambiguousAtEnd) expect(['delivered', 'unknown']).toContain(history.ends[0]?.kind);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

type Event =
  | { readonly kind: 'attempt'; readonly result: AttemptResult }
  | { readonly kind: 'crash' | 'unlink' | 'cancel' }
  | { readonly kind: 'link'; readonly id: string; readonly userId: string };

type History = {
  ends: Outcome[];
  sentAfterEnd: number;
  sentAsOther: number;
  repeatedBlindly: number;
  ambiguousAtEnd: boolean;
};

/** Plays events against the rules as the outbox and the courier apply them; a history that runs out meets its deadline. */
function play(parts: number, honoursKey: boolean, events: readonly Event[]): History {
  const history: History = { ends: [], sentAfterEnd: 0, sentAsOther: 0, repeatedBlindly: 0, ambiguousAtEnd: false };
  let progress: Progress = { ...fresh, parts, honoursKey };
  let linked: Identity | undefined = identity('link-1');
  const ended = () => history.ends.length > 0;
  const apply = (step: Transition) => {
    if (ended()) return;
    if (step.kind === 'end') {
      history.ends.push(step.outcome);
      history.ambiguousAtEnd = progress.ambiguous;
    } else if (step.kind === 'next-part')
      progress = { ...progress, part: progress.part + 1, ambiguous: false, failures: 0 };
    else if (step.kind === 'rebind') progress = { ...progress, identityId: step.identityId };
    else if (step.kind === 'wait') {
      // Databases keep whole milliseconds.
      expect(Number.isInteger(step.delayMs)).toBe(true);
      progress = { ...progress, failures: step.failures, ambiguous: step.ambiguous };
    }
  };
  const send = (then: () => Transition) => {
    const verdict = beforeAttempt(progress, author, linked);
    if (verdict.kind !== 'send') return apply(verdict);
    if (ended()) history.sentAfterEnd += 1;
    if (verdict.identity.account.userId !== author.userId) history.sentAsOther += 1;
    const sameCredential = verdict.identity.id === progress.identityId;
    if (progress.ambiguous && (!progress.honoursKey || !sameCredential)) history.repeatedBlindly += 1;
    apply(then());
  };
  for (const happened of events) {
    if (ended()) break;
    if (happened.kind === 'attempt') send(() => afterAttempt(progress, happened.result, defaultTiming, 0.5));
    else if (happened.kind === 'crash') send(() => afterCrash(progress, defaultTiming));
    else if (happened.kind === 'unlink') linked = undefined;
    else if (happened.kind === 'link') linked = identity(happened.id, happened.userId);
    else if (!progress.ambiguous) apply({ kind: 'end', outcome: { kind: 'cancelled', by: 'sender' } });
  }
  apply(afterDeadline(progress));
  return history;
}

function event(): fc.Arbitrary<Event> {
  const failure = fc.constantFrom<PortalFailure>(
    { kind: 'no-answer' },
    { kind: 'no-access' },
    { kind: 'credential-rejected' },
    { kind: 'throttled' },
    { kind: 'method-throttled', resetAt: 5 },
    { kind: 'unreachable' },
    { kind: 'plan' },
    { kind: 'portal-fault', code: 'X' },
    { kind: 'unexpected', code: 'X', status: 418 },
    { kind: 'unexpected', code: 'X', status: 200 },
    { kind: 'moved', to: portal('https://other.example') },
  );
  const result = fc.oneof(
    fc.record({ kind: fc.constant('delivered' as const), honoursKey: fc.boolean() }),
    fc.constant({ kind: 'key-reused' as const }),
    fc.record({
      kind: fc.constant('failed' as const),
      failure,
      left: fc.boolean(),
      sinceLeftMs: fc.double({ min: 0, max: 70_000, noNaN: true }),
    }),
  );
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('attempt' as const), result }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('crash' as const, 'unlink' as const, 'cancel' as const) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('link' as const),
        id: fc.constantFrom('link-1', 'link-2', 'link-3'),
        userId: fc.constantFrom('7', '7', '8'),
      }),
    },
  );
}

function identity(id: string, userId = '7'): Identity {
  return {
    id,
    account: { portal: author.portal, userId, name: 'Anna Petrova' },
    linkedAt: 0,
    credential: { kind: 'webhook', portal: author.portal, webhookUserId: userId, secret: new Secret('s') },
  };
}

function portal(text: string): PortalOrigin {
  const origin = portalOriginOf(text);
  if (!origin) throw new Error(`not an origin: ${text}`);
  return origin;
}
