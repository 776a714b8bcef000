import type { LinkFailure, PortalFailure } from '../../domain/failure.ts';
import { type Described, describeIn } from '../../locales/describe.ts';
import type { Texts } from '../../locales/en.ts';
import { factsOf, hostOf, type SafeText, type TextFormat } from '../../locales/shown.ts';
import { mrkdwn } from './mrkdwn.ts';

type DescribedFailure = Described & {
  /** Error codes for the small print of a reply; none in the doctor's answer. */
  readonly small: readonly string[];
};

/** Describes a portal failure, as mrkdwn. `about`: the portal and the task that the call was about. */
export function describeFailure(
  failure: PortalFailure,
  about: { readonly portal: string; readonly task?: number },
  texts: Texts,
  situation: 'reply' | 'doctor' = 'reply',
): DescribedFailure {
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

/** Describes why a webhook URL cannot be used. `portal` may be the URL as it was entered. */
export function describeLinkFailure(
  failure: PortalFailure | LinkFailure,
  portal: string,
  texts: Texts,
  format: TextFormat,
): string {
  const facts = factsOf(failure, { portal }, format);
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

/** The host of a portal, as mrkdwn by default. */
export function showPortal(address: string, format: TextFormat = mrkdwn): SafeText {
  return hostOf(address, format);
}
