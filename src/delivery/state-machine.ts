import type { Outcome } from '../domain/delivery.ts';
import { type PortalFailure, ruleOf } from '../domain/failure.ts';
import { type Account, type Identity, isSameAccount } from '../domain/identity.ts';
import { present } from '../domain/present.ts';
import type { AttemptResult } from './ports.ts';
import type { Progress, Transition } from './progress.ts';
import type { Timing } from './timing.ts';

/** The waits that decide when a part is tried again. */
export type Waits = Pick<Timing, 'unreachableMs' | 'throttledMs' | 'methodThrottledMs' | 'repeatAfterMs'>;

type Failed = Extract<AttemptResult, { kind: 'failed' }>;

/**
 * Whether the part at hand may go out under `identity` (`undefined`: the person is no longer linked), or what happens
 * to it instead.
 */
export function beforeAttempt(
  progress: Progress,
  author: Pick<Account, 'portal' | 'userId'>,
  identity: Identity | undefined,
): { readonly kind: 'send'; readonly identity: Identity } | Transition {
  if (progress.now >= progress.deadlineAt) {
    return afterDeadline(progress);
  }
  if (!identity) {
    return end(progress, { kind: 'cancelled', by: 'unlink' });
  }
  if (!isSameAccount(author, identity.account)) {
    return end(progress, { kind: 'cancelled', by: 'relink' });
  }
  const sameCredential = identity.id === progress.identityId;
  if (progress.ambiguous) {
    return sameCredential && progress.honoursKey ? { kind: 'send', identity } : unknown(progress);
  }
  return sameCredential ? { kind: 'send', identity } : { kind: 'rebind', identityId: identity.id };
}

/** The next step of a part after an attempt. `chance` in [0, 1) spreads repeated attempts of many deliveries. */
export function afterAttempt(progress: Progress, result: AttemptResult, waits: Waits, chance: number): Transition {
  switch (result.kind) {
    case 'delivered':
      return partDelivered(progress);
    case 'key-reused':
      // The portal holds a success under this key. On a first attempt nobody but us can have used it.
      return progress.ambiguous
        ? partDelivered(progress)
        : end(progress, refused({ kind: 'unexpected', code: 'key reused', status: 422 }));
    case 'failed':
      return afterFailure(progress, result, waits, chance);
  }
}

/** The next step of a part after a crash in `sending`: its request may have left, and no answer will ever be read. */
export function afterCrash(progress: Progress, waits: Waits): Transition {
  return noAnswer(progress, { kind: 'no-answer' }, waits.repeatAfterMs);
}

/** The next step of a part after a fault of our own, before any attempt: it waits for the same reason as before. */
export function afterTrouble(progress: Progress, waits: Waits, chance: number): Transition {
  const { failures, ambiguous, waitingFor } = progress;
  const delayMs = backOffMs(progress, waits, chance);
  return { kind: 'wait', delayMs, failures: failures + 1, ambiguous, ...present({ failure: waitingFor }) };
}

/** The next step of a waiting part after its deadline. */
export function afterDeadline(progress: Progress): Transition {
  const failure = progress.waitingFor;
  return end(progress, failure ? { kind: 'expired', failure } : { kind: 'expired' });
}

function afterFailure(progress: Progress, result: Failed, waits: Waits, chance: number): Transition {
  const { failure } = result;
  switch (ruleOf(failure)) {
    case 'final':
    case 'administrator':
      return end(progress, refused(failure));
    case 'relink':
      return progress.ambiguous ? unknown(progress, failure) : { kind: 'park', failure };
    case 'wait':
      return wait(progress, failure, waits, chance);
    case 'ambiguous':
      return result.left
        ? afterAmbiguity(progress, result, waits)
        : wait(progress, { kind: 'unreachable' }, waits, chance);
  }
}

function afterAmbiguity(progress: Progress, result: Failed, waits: Waits): Transition {
  // A readable error is not stored by the portal, so a repeat could double what was done before the error.
  if (!isRepeatable(result.failure)) {
    return unknown(progress, result.failure);
  }
  const honoursKey = result.honoursKey ?? progress.honoursKey;
  const pauseMs = Math.max(
    waits.repeatAfterMs - result.sinceLeftMs,
    progress.ambiguous ? nth(waits.unreachableMs, progress.failures) : 0,
  );
  return noAnswer({ ...progress, honoursKey }, result.failure, Math.ceil(pauseMs));
}

function noAnswer(progress: Progress, failure: PortalFailure, delayMs: number): Transition {
  if (!progress.honoursKey) {
    return unknown(progress, failure);
  }
  return { kind: 'wait', delayMs, failures: progress.failures + 1, ambiguous: true, failure };
}

function wait(progress: Progress, failure: PortalFailure, waits: Waits, chance: number): Transition {
  const { ambiguous } = progress;
  switch (failure.kind) {
    case 'throttled':
      return { kind: 'wait', delayMs: throttledMs(failure, waits), failures: progress.failures, ambiguous, failure };
    case 'method-throttled': {
      const untilReset = failure.resetAt === undefined ? waits.methodThrottledMs : failure.resetAt - progress.now;
      const delayMs = Math.min(Math.max(untilReset, waits.throttledMs), waits.methodThrottledMs);
      return { kind: 'wait', delayMs, failures: progress.failures, ambiguous, failure };
    }
    default: {
      const delayMs = backOffMs(progress, waits, chance);
      return { kind: 'wait', delayMs, failures: progress.failures + 1, ambiguous, failure };
    }
  }
}

/** What came is no answer of Bitrix24: it may have run, and the portal may hold a success under the key. */
function isRepeatable({ kind }: PortalFailure): boolean {
  return kind === 'no-answer' || kind === 'unreadable-answer';
}

/** As long as the portal asks for, within reason: it may not park anybody for a year. */
function throttledMs({ retryAfterMs = 0 }: Extract<PortalFailure, { kind: 'throttled' }>, waits: Waits): number {
  return Math.max(waits.throttledMs, Math.min(retryAfterMs, waits.methodThrottledMs));
}

function backOffMs({ failures }: Progress, { unreachableMs }: Waits, chance: number): number {
  return Math.round(nth(unreachableMs, failures) * (0.9 + 0.2 * chance));
}

function partDelivered(progress: Progress): Transition {
  return progress.part < progress.parts ? { kind: 'next-part' } : { kind: 'end', outcome: { kind: 'delivered' } };
}

/** Once an attempt may have run, nothing that comes after it proves that it did not. */
function end(progress: Progress, outcome: Outcome): Transition {
  return progress.ambiguous ? unknown(progress) : { kind: 'end', outcome };
}

function unknown(progress: Progress, failure: PortalFailure | undefined = progress.waitingFor): Transition {
  return { kind: 'end', outcome: failure ? { kind: 'unknown', failure } : { kind: 'unknown' } };
}

function refused(failure: PortalFailure): Outcome {
  return { kind: 'refused', failure };
}

function nth(waitsMs: readonly number[], failures: number): number {
  return waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 0;
}
