import { ruleOf } from '../domain/failure.ts';
import type { Shown } from '../linking/confirm.ts';
import type { AuthorizationStart, CallbackResult } from '../linking/consent.ts';
import { describeIn } from '../locales/describe.ts';
import type { Texts } from '../locales/en.ts';
import { factsOf, hostOf, plain } from '../locales/shown.ts';
import type { Page } from './page.ts';

type Answered = { readonly status: number; readonly page: Page };

/** The page that explains what will happen, with a link to the portal's page of consent. */
export function authorizationPage({ portal, authoriseUrl }: AuthorizationStart, { pages }: Texts): Page {
  const host = hostOf(portal, plain);
  return {
    ...pages.startAuthorization(host),
    link: { address: authoriseUrl.reveal(), words: pages.authorizationLink(host) },
  };
}

/** The page for a link that is unknown, used or too old. */
export function linkNotValidPage({ pages }: Texts): Page {
  return pages.linkNotValid;
}

/** The page for an internal error. `reference` finds the error in the log. */
export function brokenPage(reference: string, { pages }: Texts): Page {
  return pages.broken(plain.text(reference));
}

/** The page after a failed OAuth callback, with its HTTP status. */
export function callbackPage(callbackResult: Exclude<CallbackResult, { kind: 'asked' }>, texts: Texts): Answered {
  const { pages } = texts;
  switch (callbackResult.kind) {
    case 'unknown-state':
      return { status: 400, page: pages.linkNotValid };
    case 'other-browser':
      return { status: 403, page: pages.otherBrowser };
    case 'not-told':
      return { status: 503, page: pages.notTold };
    case 'failed':
      return failedPage(callbackResult, texts);
  }
}

/** The page with the number that is to be confirmed in Slack. Source of its link: docs.slack.dev, "Deep linking". */
export function confirmPage({ account, number, team }: Shown, { pages }: Texts): Page {
  return {
    ...pages.confirmInSlack({ name: plain.text(account.name), portal: hostOf(account.portal, plain) }),
    number: { caption: pages.number, digits: number, note: pages.keepNumber },
    link: { address: `slack://open?${new URLSearchParams({ team })}`, words: pages.openSlack },
  };
}

function failedPage({ failure, portal }: Extract<CallbackResult, { kind: 'failed' }>, texts: Texts): Answered {
  const heading = texts.pages.failed;
  const facts = factsOf(failure, { portal }, plain);
  switch (failure.kind) {
    case 'not-a-webhook-url':
    case 'portal-not-allowed':
    case 'several-urls':
    case 'portal-in-folder':
    case 'link-overtaken':
      return { status: 403, page: { heading, paragraphs: texts.connectFailures[failure.kind](facts) } };
    default: {
      const { happened, step } = describeIn('consent', failure, facts, texts);
      const isPassing = ['wait', 'ambiguous'].includes(ruleOf(failure));
      return { status: isPassing ? 503 : 403, page: { heading, paragraphs: [happened, step] } };
    }
  }
}
