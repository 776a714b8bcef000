import type { LinkFailure, PortalFailure } from '../../domain/failure.ts';
import type { Texts } from '../../locales/en.ts';
import type { FailureFacts, SafeText } from '../../locales/shown.ts';
import { mrkdwn, type Place } from '../mrkdwn.ts';

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
  const about = 'portal' in failure ? { portal: failure.portal } : { portal };
  const facts =
    failure.kind === 'not-a-webhook-url' || failure.kind === 'portal-not-allowed' || failure.kind === 'portal-in-folder'
      ? { portal: showPortal(about.portal, place) }
      : factsOf(failure, about, place);
  return texts.linkFailures[failure.kind](facts);
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
      setCode(facts, failure.code, place);
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
      setCode(facts, failure.code, place);
      break;
    case 'certificate':
      facts.certificate = failure.problem;
      break;
    case 'intermediary-refused':
      facts.status = failure.status;
      break;
    case 'moved':
      facts.movedTo = showPortal(failure.to, place);
      break;
    case 'unexpected':
      setCode(facts, failure.code, place);
      facts.status = failure.status;
      break;
    default:
      break;
  }
  return facts;
}

/** `none` stands for an answer without a code; there is nothing to show then. */
function setCode(facts: Facts, code: string, place: Place): void {
  if (code !== 'none') {
    facts.code = place.text(code);
  }
}
