import { type PortalFailure, ruleOf } from '../domain/failure.ts';
import { present } from '../domain/present.ts';
import type { LookStage, Progress, Transition } from './progress.ts';
import { backOffMs, isPosted, lookAgain, partDelivered, unknown, type Waits } from './steps.ts';
import type { Seen } from './task-chat.ts';

/** How often a part goes out anew after the chat has shown that it is surely not there. */
const maxResends = 2;

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
function unseen(progress: Progress, { failure }: Extract<Seen, { kind: 'failed' }>): Transition {
  const { waitingFor } = progress;
  if (progress.isFile) {
    return unknown(progress);
  }
  const lacksScope = failure.kind === 'missing-scope' ? { chatScopeMissing: true as const } : {};
  return { kind: 'end', outcome: { kind: 'unknown', ...present({ failure: waitingFor }), ...lacksScope } };
}

/** Whether a look that failed may succeed later. */
function canPass(failure: PortalFailure): boolean {
  return ['wait', 'ambiguous'].includes(ruleOf(failure));
}
