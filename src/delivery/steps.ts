import type { LeftOut } from '../domain/delivery.ts';
import type { PortalFailure } from '../domain/failure.ts';
import { present } from '../domain/present.ts';
import type { LookStage, Progress, Transition } from './progress.ts';
import type { Timing } from './timing.ts';

/** The waits that decide when a part is tried again. */
export type Waits = Pick<
  Timing,
  'unreachableMs' | 'throttledMs' | 'methodThrottledMs' | 'repeatAfterMs' | 'lookSoonMs' | 'lookAgainMs'
>;

/** The part is there. */
export function partDelivered(progress: Progress, message?: string): Transition {
  return goOn(progress, present({ chatMessage: message }));
}

/** A file that cannot be taken along holds up nothing. */
export function passOver(progress: Progress, leftOut: LeftOut['problem']): Transition {
  return goOn(progress, { leftOut });
}

/** Nobody can tell whether the part is there; a file that may be is passed over, while there is time. */
export function unknown(progress: Progress): Transition {
  const { waitingFor, isFile, now, deadlineAt } = progress;
  if (isFile && now < deadlineAt) {
    return passOver(progress, { kind: 'uncertain' });
  }
  return { kind: 'end', outcome: { kind: 'unknown', ...present({ failure: waitingFor }) } };
}

/** It may have run and must not be repeated blindly: the chat knows. */
export function lookSoon(failure: PortalFailure, { lookSoonMs }: Waits): Transition {
  return { kind: 'wait', delayMs: lookSoonMs, failures: 0, ambiguous: true, failure, look: 'soon' };
}

/** The same doubt, and another look at it. */
export function lookAgain({ failures, waitingFor }: Progress, look: LookStage, delayMs: number): Transition {
  const failure = present({ failure: waitingFor });
  return { kind: 'wait', delayMs, failures: failures + 1, ambiguous: true, look, ...failure };
}

/** The portal has said that it is there. */
export function isPosted(stage: LookStage | undefined): boolean {
  return stage === 'posted' || stage === 'posted-again';
}

/** How long a part waits after so many failures in a row. */
export function backOffMs({ failures }: Progress, { unreachableMs }: Waits, chance: number): number {
  return Math.round(nth(unreachableMs, failures) * (0.9 + 0.2 * chance));
}

/** The wait after so many failures; the last one repeats. */
export function nth(waitsMs: readonly number[], failures: number): number {
  return waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 0;
}

function goOn(
  { part, parts }: Progress,
  end: Pick<Extract<Transition, { kind: 'end' }>, 'chatMessage' | 'leftOut'>,
): Transition {
  return part < parts ? { kind: 'next-part', ...end } : { kind: 'end', outcome: { kind: 'delivered' }, ...end };
}
