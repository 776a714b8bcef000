import { type LinkFailure, type PortalFailure, ruleOf } from '../domain/failure.ts';
import type { Shown } from '../linking/confirm.ts';
import type { Arrival, Departure } from '../linking/consent.ts';
import type { Texts } from '../locales/en.ts';
import { type FailureFacts, markSafe, type SafeText } from '../locales/shown.ts';
import type { Page } from './page.ts';

type Answered = { readonly status: number; readonly page: Page };

/** The page before the portal: what will happen, and the way on. */
export function setOutPage({ portal, authoriseUrl }: Departure, { pages }: Texts): Page {
  const host = showPortal(portal);
  return { ...pages.setOut(host), link: { address: authoriseUrl.reveal(), words: pages.setOutLink(host) } };
}

/** The page for an address that leads nowhere. */
export function linkNotValidPage({ pages }: Texts): Page {
  return pages.linkNotValid;
}

/** The page for a fault of our own. */
export function brokenPage(reference: string, { pages }: Texts): Page {
  return pages.broken(show(reference));
}

/** The page for who came back in vain. */
export function arrivalPage(arrival: Exclude<Arrival, { kind: 'asked' }>, texts: Texts): Answered {
  const { pages } = texts;
  switch (arrival.kind) {
    case 'unknown-state':
      return { status: 400, page: pages.linkNotValid };
    case 'other-browser':
      return { status: 403, page: pages.otherBrowser };
    case 'not-told':
      return { status: 503, page: pages.notTold };
    case 'failed':
      return failedPage(arrival, texts);
  }
}

/** The page for who came back and must confirm in Slack. Source of the link: docs.slack.dev, "Deep linking". */
export function confirmPage({ account, number, team }: Shown, { pages }: Texts): Page {
  return {
    ...pages.confirmInSlack({ name: show(account.name), portal: showPortal(account.portal) }),
    number: { caption: pages.number, digits: number, note: pages.keepNumber },
    link: { address: `slack://open?${new URLSearchParams({ team })}`, words: pages.openSlack },
  };
}

function failedPage({ failure, portal }: Extract<Arrival, { kind: 'failed' }>, texts: Texts): Answered {
  const paragraphs = texts.connectFailures[failure.kind](factsOf(failure, portal));
  return { status: isPassing(failure) ? 503 : 403, page: { heading: texts.pages.failed, paragraphs } };
}

function isPassing(failure: PortalFailure | LinkFailure): boolean {
  switch (failure.kind) {
    case 'not-a-webhook-url':
    case 'portal-not-allowed':
    case 'portal-in-folder':
      return false;
    default:
      return ['wait', 'ambiguous'].includes(ruleOf(failure));
  }
}

function factsOf(failure: PortalFailure | LinkFailure, portal: string): FailureFacts {
  return {
    portal: showPortal('portal' in failure ? failure.portal : portal),
    ...('code' in failure && failure.code !== 'none' ? { code: show(failure.code) } : {}),
    ...('status' in failure ? { status: failure.status } : {}),
    ...('problem' in failure ? { certificate: failure.problem } : {}),
    ...('scopes' in failure ? { scopes: failure.scopes.map(show) } : {}),
    ...('to' in failure ? { movedTo: showPortal(failure.to) } : {}),
  };
}

function showPortal(portal: string): SafeText {
  return show(URL.canParse(portal) ? new URL(portal).host : portal);
}

const mostShown = 200;

/** One line of bounded length, without what turns the direction of writing. Escaping is the page's. */
function show(foreign: string): SafeText {
  const line = foreign.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  return markSafe([...line].slice(0, mostShown).join(''));
}
