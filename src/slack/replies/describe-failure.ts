import type { LinkFailure, PortalFailure } from '../../domain/failure.ts';
import { type Described, describeIn } from '../../locales/describe.ts';
import type { Texts } from '../../locales/en.ts';
import type { FailureFacts, SafeText } from '../../locales/shown.ts';
import { mrkdwn, type Place } from '../mrkdwn.ts';

/** Describes a portal's failure in a reply or in the doctor's answer. `task` is named where the failure is about a task. */
export function describeFailure(
  failure: PortalFailure,
  about: { readonly portal: string; readonly task?: number },
  texts: Texts,
  situation: 'reply' | 'doctor' = 'reply',
): Described {
  return describeIn(situation, failure, factsOf(failure, about, mrkdwn), texts);
}

/** What is wrong with a webhook URL: plain text at its field, or mrkdwn. `portal` may be the URL as it was entered. */
export function describeLinkFailure(
  failure: PortalFailure | LinkFailure | { readonly kind: 'storage-unavailable' },
  portal: string,
  texts: Texts,
  place: Place,
): string {
  switch (failure.kind) {
    case 'not-a-webhook-url':
    case 'portal-not-allowed':
    case 'portal-in-folder':
    case 'storage-unavailable': {
      const named = 'portal' in failure ? failure.portal : portal;
      return texts.linkFailures[failure.kind]({ portal: showPortal(named, place) });
    }
    default: {
      const { happened, step } = describeIn('webhook', failure, factsOf(failure, { portal }, place), texts);
      return `${happened} ${step}`;
    }
  }
}

/**
 * A portal as people call it: its host, with the port where there is one. Of an address nothing else is shown, and of
 * what is none nothing at all: it may hold a webhook's secret.
 */
export function showPortal(address: string, place: Place = mrkdwn): SafeText {
  return place.text(URL.canParse(address) ? new URL(address).host : 'Bitrix24');
}

type Facts = { -readonly [Name in keyof FailureFacts]: FailureFacts[Name] };

function factsOf(failure: PortalFailure, about: { portal: string; task?: number }, place: Place): FailureFacts {
  const facts: Facts = { portal: showPortal(about.portal, place) };
  if (about.task !== undefined) {
    facts.task = about.task;
  }
  switch (failure.kind) {
    case 'invalid-request':
      if (failure.field !== undefined) {
        facts.field = place.text(failure.field);
      }
      facts.code = place.text(failure.code);
      break;
    case 'missing-scope':
      facts.scopes = failure.scopes.map(place.text);
      break;
    case 'method-throttled':
      if (failure.resetAt !== undefined) {
        facts.until = place.time(failure.resetAt);
      }
      break;
    case 'portal-fault':
      facts.code = place.text(failure.code);
      break;
    case 'moved':
      facts.movedTo = showPortal(failure.to, place);
      break;
    case 'unexpected':
      facts.code = place.text(failure.code);
      facts.status = failure.status;
      break;
    default:
      break;
  }
  return facts;
}
