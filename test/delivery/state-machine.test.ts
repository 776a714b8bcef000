import { describe, expect, it } from 'vitest';
import { afterLook, afterPosted } from '../../src/delivery/after-look.ts';
import type { AttemptResult } from '../../src/delivery/ports.ts';
import type { LookStage, Progress } from '../../src/delivery/progress.ts';
import { afterAttempt, afterCrash, afterDeadline, beforeAttempt } from '../../src/delivery/state-machine.ts';
import type { Seen } from '../../src/delivery/task-chat.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
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
  resends: 0,
  attemptedAt: 0,
  failures: 0,
  now: 0,
  deadlineAt: defaultTiming.deadlineMs,
  honoursKey: true,
};

const lookSoon = { kind: 'wait', ambiguous: true, look: 'soon' };

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
    expect(attempt({ ...fresh, honoursKey: false }, lost)).toMatchObject(lookSoon);
    expect(attempt(fresh, failedWith({ kind: 'no-answer' }, { honoursKey: false }))).toMatchObject(lookSoon);
  });

  it('looks for it after a readable server error, because portals store successes only', () => {
    const failure = { kind: 'portal-fault', code: 'INTERNAL_SERVER_ERROR' } as const;
    expect(attempt(fresh, failedWith(failure))).toEqual({ ...lookSoon, delayMs: 2_000, failures: 0, failure });
  });

  it('takes a reused key for delivered on a repeat, and looks for it on a first attempt', () => {
    expect(attempt({ ...fresh, ambiguous: true }, { kind: 'key-reused' })).toEqual({
      kind: 'end',
      outcome: { kind: 'delivered' },
    });
    expect(attempt(fresh, { kind: 'key-reused' })).toMatchObject(lookSoon);
  });

  it.each<PortalFailure>([{ kind: 'no-access' }, { kind: 'credential-rejected' }, { kind: 'plan' }])(
    'looks for it where a repeat is refused with %j, which proves nothing about the first attempt',
    (failure) => {
      expect(attempt({ ...fresh, ambiguous: true }, failedWith(failure))).toMatchObject({ ...lookSoon, failure });
    },
  );

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

  it('repeats after an answer of something else as after none', () => {
    const page = failedWith({ kind: 'unreadable-answer' });
    expect(attempt(fresh, page)).toMatchObject({ kind: 'wait', delayMs: 5_000, ambiguous: true });
    expect(attempt({ ...fresh, honoursKey: false }, page)).toMatchObject(lookSoon);
  });

  it('waits as long as a throttled portal asks for, a second at least and ten minutes at most', () => {
    const delays = [undefined, 30, 30_000, 31_536_000_000].map((retryAfterMs) => {
      const failure: PortalFailure = { kind: 'throttled', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
      return attempt(fresh, failedWith(failure));
    });
    expect(delays.map((step) => (step.kind === 'wait' ? step.delayMs : step.kind))).toEqual([
      1_000, 1_000, 30_000, 600_000,
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

  it('does not go out at its deadline any more, and up to then it does', () => {
    const at = (now: number, more: Partial<Progress> = {}) =>
      beforeAttempt({ ...fresh, ...more, now }, author, identity('link-1'));
    const waitingFor = { kind: 'unreachable' } as const;
    expect(at(fresh.deadlineAt - 1)).toMatchObject({ kind: 'send' });
    for (const now of [fresh.deadlineAt, fresh.deadlineAt + 1]) {
      expect(at(now)).toEqual({ kind: 'end', outcome: { kind: 'expired' } });
      expect(at(now, { waitingFor })).toEqual({ kind: 'end', outcome: { kind: 'expired', failure: waitingFor } });
      expect(at(now, { ambiguous: true })).toEqual({ kind: 'end', outcome: { kind: 'unknown' } });
    }
  });

  it('does not repeat an ambiguous attempt under another credential', () => {
    const ambiguous = { ...fresh, ambiguous: true };
    expect(beforeAttempt(ambiguous, author, identity('link-2'))).toMatchObject({ kind: 'look' });
    expect(beforeAttempt(ambiguous, author, identity('link-1'))).toMatchObject({ kind: 'send' });
  });

  it('is looked for where the key does not help, and where looking has begun', () => {
    const ambiguous = { ...fresh, ambiguous: true };
    const verdict = { kind: 'look', identity: { id: 'link-1' } };
    expect(beforeAttempt({ ...ambiguous, honoursKey: false }, author, identity('link-1'))).toMatchObject(verdict);
    expect(beforeAttempt({ ...ambiguous, look: 'first' }, author, identity('link-1'))).toMatchObject(verdict);
  });
});

describe('what a look makes of its part', () => {
  const surelyMs = 300_000;
  const doubtful: Progress = { ...fresh, ambiguous: true, look: 'soon', waitingFor: { kind: 'no-answer' } };
  const looked = (look: LookStage, seen: Seen, more: Partial<Progress> = {}) =>
    afterLook({ ...doubtful, look, ...more }, seen, defaultTiming, surelyMs, 0.5);
  const unknown = { kind: 'end', outcome: { kind: 'unknown', failure: { kind: 'no-answer' } } };
  const absent = { kind: 'absent' } as const;
  const unsure = { kind: 'unsure' } as const;

  it('is delivered where it is found, at any look, and tied to that message', () => {
    for (const look of ['soon', 'first', 'second', 'posted', 'posted-again'] as const) {
      const seen = { kind: 'found', message: '812' } as const;
      expect(looked(look, seen)).toEqual({ kind: 'end', outcome: { kind: 'delivered' }, chatMessage: '812' });
      expect(looked(look, seen, { parts: 2 })).toEqual({ kind: 'next-part', chatMessage: '812' });
    }
  });

  it('goes out anew only after two looks, the first when the portal has surely ended it, the second a minute later', () => {
    const wait = { kind: 'wait', ambiguous: true, failure: { kind: 'no-answer' } };
    expect(looked('soon', absent)).toMatchObject({ ...wait, delayMs: surelyMs, look: 'first' });
    expect(looked('soon', unsure)).toMatchObject({ ...wait, delayMs: surelyMs, look: 'first' });
    expect(looked('first', absent)).toMatchObject({ ...wait, delayMs: 60_000, look: 'second' });
    expect(looked('second', absent)).toEqual({ kind: 'resend' });
    expect(looked('second', absent, { resends: 1 })).toEqual({ kind: 'resend' });
    expect(looked('second', absent, { resends: 2 })).toEqual(unknown);
  });

  it('stays unknown where a late look leaves a doubt', () => {
    expect(looked('first', unsure)).toEqual(unknown);
    expect(looked('second', unsure)).toEqual(unknown);
  });

  it('is looked for again at the same stage after a failure that passes, and is unknown after one that does not', () => {
    for (const kind of ['unreachable', 'throttled', 'no-answer'] as const) {
      expect(looked('first', { kind: 'failed', failure: { kind } })).toMatchObject({ kind: 'wait', look: 'first' });
    }
    expect(looked('soon', { kind: 'failed', failure: { kind: 'no-access' } })).toEqual(unknown);
    expect(looked('soon', { kind: 'failed', failure: { kind: 'missing-scope', scopes: ['im'] } })).toEqual({
      kind: 'end',
      outcome: { ...unknown.outcome, chatScopeMissing: true },
    });
  });

  it('counts what the portal has confirmed as delivered, unless nothing of its author is there, twice', () => {
    expect(afterPosted()).toMatchObject({ kind: 'wait', delayMs: 0, look: 'posted', ambiguous: true });
    const delivered = { kind: 'end', outcome: { kind: 'delivered' } };
    expect(looked('posted', unsure)).toEqual(delivered);
    expect(looked('posted', { kind: 'failed', failure: { kind: 'missing-scope', scopes: ['im'] } })).toEqual(delivered);
    expect(looked('posted', absent)).toMatchObject({ kind: 'wait', look: 'posted-again' });
    expect(looked('posted-again', absent)).toEqual({
      kind: 'end',
      outcome: { kind: 'unknown', failure: { kind: 'not-posted' } },
    });
    expect(afterDeadline({ ...doubtful, look: 'posted' })).toEqual(delivered);
  });

  it('goes on with the same look after a crash in it', () => {
    for (const look of ['first', 'second', 'posted'] as const) {
      expect(afterCrash({ ...doubtful, look }, defaultTiming)).toMatchObject({ kind: 'wait', delayMs: 0, look });
    }
    expect(afterCrash({ ...fresh, honoursKey: false }, defaultTiming)).toMatchObject(lookSoon);
  });
});

describe('a part that is a file', () => {
  const file: Progress = { ...fresh, part: 2, parts: 3, isFile: true, honoursKey: false };
  const attempt = (result: AttemptResult, more: Partial<Progress> = {}) =>
    afterAttempt({ ...file, ...more }, result, defaultTiming, 0.5);
  const failedWith = (failure: PortalFailure, left = true): AttemptResult => ({
    kind: 'failed',
    failure,
    left,
    sinceLeftMs: 1_000,
  });

  it('is tied to the message that the portal answers with', () => {
    expect(attempt({ kind: 'delivered', chatMessage: '7' })).toEqual({ kind: 'next-part', chatMessage: '7' });
  });

  it('is passed over where it cannot be taken along, and what comes after it goes on', () => {
    const leftOut = { kind: 'deleted' } as const;
    expect(attempt({ kind: 'left-out', problem: leftOut })).toEqual({ kind: 'next-part', leftOut });
    expect(attempt({ kind: 'left-out', problem: leftOut }, { part: 3 })).toEqual({
      kind: 'end',
      outcome: { kind: 'delivered' },
      leftOut,
    });
  });

  it.each<[PortalFailure, string]>([
    [{ kind: 'missing-scope', scopes: ['im'] }, 'no-im'],
    [{ kind: 'portal-too-old' }, 'portal-too-old'],
    [{ kind: 'no-access' }, 'chat-closed'],
    [{ kind: 'plan' }, 'not-kept'],
  ])('is passed over where the portal says %j', (failure, kind) => {
    expect(attempt(failedWith(failure))).toEqual({ kind: 'next-part', leftOut: { kind } });
  });

  it('waits, or is parked, for what texts wait and are parked for', () => {
    expect(attempt(failedWith({ kind: 'throttled' }))).toMatchObject({ kind: 'wait', ambiguous: false });
    expect(attempt(failedWith({ kind: 'unreachable' }, false))).toMatchObject({ kind: 'wait', ambiguous: false });
    expect(attempt(failedWith({ kind: 'credential-rejected' }))).toMatchObject({ kind: 'park' });
  });

  it('is looked for after an attempt that may have run, and passed over as uncertain where nobody can look', () => {
    expect(attempt(failedWith({ kind: 'no-answer' }))).toMatchObject(lookSoon);
    const uncertain = { kind: 'next-part', leftOut: { kind: 'uncertain' } };
    const looked = { ...file, ambiguous: true, look: 'first' } as const;
    const noScope = { kind: 'failed', failure: { kind: 'missing-scope', scopes: ['im'] } } as const;
    expect(afterLook(looked, noScope, defaultTiming, 65_000, 0.5)).toEqual(uncertain);
    expect(afterLook(looked, { kind: 'unsure' }, defaultTiming, 65_000, 0.5)).toEqual(uncertain);
  });

  it('is tried again for some minutes where Slack cannot be read', () => {
    const result: AttemptResult = { kind: 'not-read', problem: { kind: 'unavailable' }, afterMs: 30_000 };
    expect(attempt(result)).toMatchObject({ kind: 'wait', delayMs: 30_000, failures: 1, ambiguous: false });
    expect(attempt(result, { failures: 5 })).toEqual({ kind: 'next-part', leftOut: { kind: 'unavailable' } });
  });
});

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
  if (!origin) {
    throw new Error(`not an origin: ${text}`);
  }
  return origin;
}
