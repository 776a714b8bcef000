import type { LinkFailure, PortalFailure } from '../../domain/failure.ts';
import type { Texts } from '../../locales/en.ts';
import { factsOf, hostOf, type Place, type SafeText } from '../../locales/shown.ts';
import { mrkdwn } from '../mrkdwn.ts';

/** What happened and what to do next, in the words of `texts`, for a reply. */
export type Described = { readonly happened: string; readonly step: string };

/** Describes a portal's failure. `task` is named where the failure is about a task. */
export function describeFailure(
  failure: PortalFailure,
  about: { readonly portal: string; readonly task?: number },
  texts: Texts,
): Described {
  return {
    happened: texts.happened[failure.kind](factsOf(failure, about, mrkdwn)),
    step: texts.steps[failure.kind],
  };
}

/** What is wrong with a webhook URL: plain text at its field, or mrkdwn. `portal` may be the URL as it was entered. */
export function describeLinkFailure(
  failure: PortalFailure | LinkFailure,
  portal: string,
  texts: Texts,
  place: Place,
): string {
  const facts = factsOf(failure, { portal }, place);
  return texts.linkFailures[failure.kind](facts);
}

/** A portal as people call it, as mrkdwn unless `place` says otherwise. */
export function showPortal(address: string, place: Place = mrkdwn): SafeText {
  return hostOf(address, place);
}
