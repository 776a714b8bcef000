import { type PortalFailure, remedyFor } from '../domain/failure.ts';
import type { Texts } from './en.ts';
import type { FailureFacts, Particular, Situation } from './shown.ts';

/** What a person reads of a failure, in whole sentences. */
export type Described = {
  readonly happened: string;
  /** What to do next. */
  readonly step: string;
};

/** Describes a portal failure: in the words for its situation where there are some, else in the general ones. */
export function describeIn(situation: Situation, failure: PortalFailure, facts: FailureFacts, texts: Texts): Described {
  const ownWords: Particular<(facts: FailureFacts) => string> = texts.particularHappened;
  const ownSteps: Particular<string> = texts.particularSteps;
  const happened = ownWords[situation]?.[failure.kind] ?? texts.happened[failure.kind];
  return {
    happened: happened(facts),
    step: ownSteps[situation]?.[failure.kind] ?? texts.steps[remedyFor(failure)][situation],
  };
}
