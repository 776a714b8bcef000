import type { Outcome } from '../domain/delivery.ts';
import { type PortalFailure, ruleOf } from '../domain/failure.ts';
import { type Account, type Identity, isSameAccount } from '../domain/identity.ts';
import { present } from '../domain/present.ts';
import type { AttemptResult } from './ports.ts';
import type { LookStage, Progress, Transition } from './progress.ts';
import type { Seen } from './task-chat.ts';
import type { Timing } from './timing.ts';

/** The waits that decide when a part is tried again. */
export type Waits = Pick<
  Timing,
  'unreachableMs' | 'throttledMs' | 'methodThrottledMs' | 'repeatAfterMs' | 'lookSoonMs' | 'lookAgainMs'
>;

/** How often a part goes out anew after the chat has shown that it is surely not there. */
const maxResends = 2;

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
      return partDelivered(progress);
    case 'key-reused':
      // The portal holds a success under this key. On a first attempt that is a bug of ours, or of the portal.
      return progress.ambiguous
        ? partDelivered(progress)
        : lookSoon({ kind: 'unexpected', code: 'key reused', status: 422 }, waits);
    case 'failed':
      return afterFailure(progress, result, waits, chance);
  }
}

/**
 * The next step of a part whose portal says that it is posted, where that is not always true: some builds say so
 * without posting, as was seen.
 */
export function afterPosted(): Transition {
  return { kind: 'wait', delayMs: 0, failures: 0, ambiguous: true, look: 'posted' };
}

/**
 * The next step of a part after a look for it. `surelyMs`: so long after an attempt the portal has ended it. A wrong
 * "not there" would make a copy, so it takes two looks, late and apart, that both leave no doubt.
 */
export function afterLook(progress: Progress, seen: Seen, waits: Waits, surelyMs: number, chance: number): Transition {
  const stage = progress.look ?? 'soon';
  if (seen.kind === 'found') {
    return partDelivered(progress, seen.message);
  }
  if (isPosted(stage)) {
    return afterPostedLook(progress, stage, seen, waits);
  }
  if (seen.kind === 'failed') {
    return canPass(seen.failure)
      ? lookAgain(progress, stage, backOffMs(progress, waits, chance))
      : unseen(progress, seen);
  }
  if (stage === 'soon') {
    return lookAgain(progress, 'first', surelyMs);
  }
  if (seen.kind === 'unsure') {
    return unknown(progress);
  }
  if (stage === 'first') {
    return lookAgain(progress, 'second', waits.lookAgainMs);
  }
  return progress.resends < maxResends ? { kind: 'resend' } : unknown(progress);
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

/** It may have run and must not be repeated blindly: the chat knows. */
function lookSoon(failure: PortalFailure, { lookSoonMs }: Waits): Transition {
  return { kind: 'wait', delayMs: lookSoonMs, failures: 0, ambiguous: true, failure, look: 'soon' };
}

function lookAgain({ failures, waitingFor }: Progress, look: LookStage, delayMs: number): Transition {
  const failure = present({ failure: waitingFor });
  return { kind: 'wait', delayMs, failures: failures + 1, ambiguous: true, look, ...failure };
}

/** What was said to be posted counts as such unless nothing of its author is there, a while later too. */
function afterPostedLook(progress: Progress, stage: LookStage, seen: Seen, waits: Waits): Transition {
  if (seen.kind !== 'absent') {
    return partDelivered(progress);
  }
  return stage === 'posted'
    ? lookAgain(progress, 'posted-again', waits.lookSoonMs)
    : { kind: 'end', outcome: { kind: 'unknown', failure: { kind: 'not-posted' } } };
}

/** Nobody can look: with which permission one could, its sender is told. */
function unseen({ waitingFor }: Progress, { failure }: Extract<Seen, { kind: 'failed' }>): Transition {
  const lacksScope = failure.kind === 'missing-scope' ? { chatScopeMissing: true as const } : {};
  return { kind: 'end', outcome: { kind: 'unknown', ...present({ failure: waitingFor }), ...lacksScope } };
}

/** Whether a look that failed may succeed later. */
function canPass(failure: PortalFailure): boolean {
  return ['wait', 'ambiguous'].includes(ruleOf(failure));
}

function isPosted(stage: LookStage | undefined): boolean {
  return stage === 'posted' || stage === 'posted-again';
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

function partDelivered(progress: Progress, message?: string): Transition {
  const seen = present({ chatMessage: message });
  return progress.part < progress.parts
    ? { kind: 'next-part', ...seen }
    : { kind: 'end', outcome: { kind: 'delivered' }, ...seen };
}

/** Once an attempt may have run, nothing that comes after it proves that it did not, but a look. */
function end(progress: Progress, outcome: Outcome): Transition {
  if (isPosted(progress.look)) {
    return partDelivered(progress);
  }
  return progress.ambiguous ? unknown(progress) : { kind: 'end', outcome };
}

function unknown({ waitingFor }: Progress): Transition {
  return { kind: 'end', outcome: { kind: 'unknown', ...present({ failure: waitingFor }) } };
}

function refused(failure: PortalFailure): Outcome {
  return { kind: 'refused', failure };
}

function nth(waitsMs: readonly number[], failures: number): number {
  return waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 0;
}
