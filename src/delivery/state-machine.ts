import type { LeftOut, Outcome } from '../domain/delivery.ts';
import { type PortalFailure, ruleOf } from '../domain/failure.ts';
import { type Account, type Identity, isSameAccount } from '../domain/identity.ts';
import { present } from '../domain/present.ts';
import type { AttemptResult } from './ports.ts';
import type { Progress, Transition } from './progress.ts';
import {
  backOffMs,
  isPosted,
  lookAgain,
  lookSoon,
  nth,
  partDelivered,
  passOver,
  unknown,
  type Waits,
} from './steps.ts';

type Failed = Extract<AttemptResult, { kind: 'failed' }>;

/**
 * Whether the part at hand may go out under `identity` (`undefined`: the person is no longer linked), or what happens
 * to it instead.
 */
export function beforeAttempt(
  progress: Progress,
  author: Pick<Account, 'portal' | 'userId'>,
  identity: Identity | undefined,
): Readonly<{ kind: 'send'; identity: Identity } | { kind: 'look'; identity: Identity }> | Transition {
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
    const isRepeatable = sameCredential && progress.honoursKey && progress.look === undefined;
    return isRepeatable ? { kind: 'send', identity } : { kind: 'look', identity };
  }
  return sameCredential ? { kind: 'send', identity } : { kind: 'rebind', identityId: identity.id };
}

/** The next step of a part after an attempt. `chance` in [0, 1) spreads repeated attempts of many deliveries. */
export function afterAttempt(progress: Progress, result: AttemptResult, waits: Waits, chance: number): Transition {
  switch (result.kind) {
    case 'delivered':
      return partDelivered(progress, result.chatMessage);
    case 'left-out':
      return progress.ambiguous ? lookSoon({ kind: 'no-answer' }, waits) : passOver(progress, result.problem);
    case 'not-read':
      return notRead(progress, result, waits, chance);
    case 'key-reused':
      // The portal holds a success under this key. On a first attempt that is a bug of ours, or of the portal.
      return progress.ambiguous
        ? partDelivered(progress)
        : lookSoon({ kind: 'unexpected', code: 'key reused', status: 422 }, waits);
    case 'failed':
      return afterFailure(progress, result, waits, chance);
  }
}

/** The next step of a part after a crash in `sending`: its request may have left, and no answer will ever be read. */
export function afterCrash(progress: Progress, waits: Waits): Transition {
  if (progress.look !== undefined) {
    return lookAgain(progress, progress.look, 0);
  }
  return noAnswer(progress, { kind: 'no-answer' }, waits.repeatAfterMs, waits);
}

/** The next step of a part after a fault of our own, before any attempt: it waits for the same reason as before. */
export function afterTrouble(progress: Progress, waits: Waits, chance: number): Transition {
  const { failures, ambiguous, waitingFor, look } = progress;
  const delayMs = backOffMs(progress, waits, chance);
  return { kind: 'wait', delayMs, failures: failures + 1, ambiguous, ...present({ failure: waitingFor, look }) };
}

/** The next step of a waiting part after its deadline. */
export function afterDeadline(progress: Progress): Transition {
  const failure = progress.waitingFor;
  return end(progress, failure ? { kind: 'expired', failure } : { kind: 'expired' });
}

function afterFailure(progress: Progress, result: Failed, waits: Waits, chance: number): Transition {
  const { failure } = result;
  const problem = progress.isFile ? problemWithFiles(failure) : undefined;
  if (problem && !progress.ambiguous) {
    return passOver(progress, problem);
  }
  switch (ruleOf(failure)) {
    case 'final':
    case 'administrator':
      return progress.ambiguous ? lookSoon(failure, waits) : end(progress, refused(failure));
    case 'relink':
      return progress.ambiguous ? lookSoon(failure, waits) : { kind: 'park', failure };
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
    return lookSoon(result.failure, waits);
  }
  const honoursKey = result.honoursKey ?? progress.honoursKey;
  const pauseMs = Math.max(
    waits.repeatAfterMs - result.sinceLeftMs,
    progress.ambiguous ? nth(waits.unreachableMs, progress.failures) : 0,
  );
  return noAnswer({ ...progress, honoursKey }, result.failure, Math.ceil(pauseMs), waits);
}

function noAnswer(progress: Progress, failure: PortalFailure, delayMs: number, waits: Waits): Transition {
  if (!progress.honoursKey) {
    return lookSoon(failure, waits);
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

/** Slack is seldom away for long; a file that cannot be read all that while is passed over. */
function notRead(
  progress: Progress,
  { problem, afterMs }: Extract<AttemptResult, { kind: 'not-read' }>,
  waits: Waits,
  chance: number,
): Transition {
  const { failures, ambiguous, waitingFor: failure } = progress;
  if (failures >= waits.unreachableMs.length) {
    return ambiguous ? lookSoon({ kind: 'no-answer' }, waits) : passOver(progress, problem);
  }
  const delayMs = Math.max(afterMs, backOffMs(progress, waits, chance));
  return { kind: 'wait', delayMs, failures: failures + 1, ambiguous, ...present({ failure }) };
}

/**
 * What a portal's refusal means for a file; `undefined` where the delivery waits or is parked for that reason. The
 * permission of chats is not what texts need, so nothing is parked for it.
 */
function problemWithFiles(failure: PortalFailure): LeftOut['problem'] | undefined {
  switch (failure.kind) {
    case 'missing-scope':
      return { kind: 'no-im' };
    case 'portal-too-old':
      return { kind: 'portal-too-old' };
    case 'no-access':
      return { kind: 'chat-closed' };
    default:
      return ['final', 'administrator'].includes(ruleOf(failure)) ? { kind: 'not-kept' } : undefined;
  }
}

/** Once an attempt may have run, nothing that comes after it proves that it did not, but a look. */
function end(progress: Progress, outcome: Outcome): Transition {
  if (isPosted(progress.look)) {
    return partDelivered(progress);
  }
  return progress.ambiguous ? unknown(progress) : { kind: 'end', outcome };
}

function refused(failure: PortalFailure): Outcome {
  return { kind: 'refused', failure };
}
