import type { LinkFailure, PortalFailure } from '../../domain/failure.ts';
import { type Described, describeIn } from '../../locales/describe.ts';
import type { Texts } from '../../locales/en.ts';
import { factsOf, hostOf, type Place, type SafeText } from '../../locales/shown.ts';
import { mrkdwn } from './mrkdwn.ts';

/**
 * Describes a portal's failure in a reply or in the doctor's answer. `task` is named where the failure is about a task.
 * `small`: the codes of a reply, for small print.
 */
export function describeFailure(
  failure: PortalFailure,
  about: { readonly portal: string; readonly task?: number },
  texts: Texts,
  situation: 'reply' | 'doctor' = 'reply',
): Described & { readonly small: readonly string[] } {
  const all = factsOf(failure, about, mrkdwn);
  if (situation === 'doctor') {
    return { ...describeIn(situation, failure, all, texts), small: [] };
  }
  const { code, status, field, ...facts } = all;
  const details = [...(code ? [code] : []), ...(field ? [field] : []), ...(status ? [`HTTP ${status}`] : [])];
  return {
    ...describeIn(situation, failure, facts, texts),
    small: details.length > 0 ? [texts.replies.details(details.join(', '))] : [],
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
  switch (failure.kind) {
    case 'not-a-webhook-url':
    case 'portal-not-allowed':
    case 'several-urls':
    case 'portal-in-folder':
    case 'link-overtaken':
      return texts.linkFailures[failure.kind](facts);
    default: {
      const { happened, step } = describeIn('webhook', failure, facts, texts);
      return `${happened} ${step}`;
    }
  }
}

/** A portal as people call it, as mrkdwn unless `place` says otherwise. */
export function showPortal(address: string, place: Place = mrkdwn): SafeText {
  return hostOf(address, place);
}
