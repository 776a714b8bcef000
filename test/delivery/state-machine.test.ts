import { describe, expect, it } from 'vitest';
import type { AttemptResult } from '../../src/delivery/ports.ts';
import type { Progress } from '../../src/delivery/progress.ts';
import { afterAttempt, beforeAttempt } from '../../src/delivery/state-machine.ts';
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

  it('repeats after an answer of something else as after none', () => {
    const page = failedWith({ kind: 'unreadable-answer' });
    expect(attempt(fresh, page)).toMatchObject({ kind: 'wait', delayMs: 5_000, ambiguous: true });
    expect(attempt({ ...fresh, honoursKey: false }, page)).toMatchObject({ kind: 'end', outcome: { kind: 'unknown' } });
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
    expect(beforeAttempt(ambiguous, author, identity('link-2'))).toMatchObject({
      kind: 'end',
      outcome: { kind: 'unknown' },
    });
    expect(beforeAttempt(ambiguous, author, identity('link-1'))).toMatchObject({ kind: 'send' });
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
