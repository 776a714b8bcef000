import type { RequestListener, ServerResponse } from 'node:http';
import { type Locale, locales } from '../domain/locale.ts';
import type { Log } from '../domain/log.ts';
import { Secret } from '../domain/secret.ts';
import type { Connecting } from '../linking/consent.ts';
import type { Texts } from '../locales/en.ts';
import { textsIn } from '../locales/locale.ts';
import { logFault } from '../observability/fault.ts';
import { authorizationPage, brokenPage, callbackPage, confirmPage, linkNotValidPage } from './connect-texts.ts';
import { type BrowserMemory, createBrowserMemory } from './cookies.ts';
import { preferredLocale } from './language.ts';
import { type Page, pageHeaders, renderPage } from './page.ts';

/** The dependencies of the OAuth pages. */
export type ConnectPagesDeps = {
  readonly connecting: Pick<Connecting, 'startAuthorization' | 'handleCallback' | 'show'>;
  /** The address of the service as browsers see it, without a slash at its end. */
  readonly publicUrl: string;
  /** Used when a browser's `Accept-Language` names no language that the app has; English by default. */
  readonly language?: Locale | undefined;
  readonly log: Log;
};

type Answer = { readonly cookies?: readonly string[] } & (
  | { readonly status: number; readonly page: Page }
  | { readonly location: string }
);

type Visit = {
  readonly deps: ConnectPagesDeps;
  readonly browsers: BrowserMemory;
  readonly parameters: URLSearchParams;
  readonly cookieHeader: string | undefined;
  /** The language that the browser asks for; `undefined` when the app does not have it. */
  readonly asked: Locale | undefined;
  readonly locale: Locale;
  readonly texts: Texts;
};

const connectPath = '/bitrix24/connect';
const callbackPath = '/bitrix24/callback';

/** The address that starts an authorization in a browser. `ticket` is the secret that stands for one person's request. */
export function connectAddress(publicUrl: string, ticket: Secret): string {
  return `${publicUrl}${connectPath}?${new URLSearchParams({ link: ticket.reveal() })}`;
}

/** A callback can succeed once, so it takes no HEAD: a request that only looks must not use it up. */
const routes: Readonly<Record<string, { readonly methods: readonly string[]; work(visit: Visit): Promise<Answer> }>> = {
  [connectPath]: { methods: ['GET', 'HEAD'], work: startAuthorization },
  [callbackPath]: { methods: ['GET'], work: handleCallback },
};

/** Serves the OAuth pages and passes other paths to `next`. An error of a use case becomes a page with status 500. */
export function withConnectPages(deps: ConnectPagesDeps, next: RequestListener): RequestListener {
  const browsers = createBrowserMemory(deps.publicUrl.startsWith('https:'));
  return (request, response) => {
    const [path = '', query] = (request.url ?? '').split('?');
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (!route) {
      next(request, response);
    } else if (!route.methods.includes(request.method ?? '')) {
      response.writeHead(405, { ...pageHeaders, allow: route.methods.join(', ') }).end();
    } else {
      const { cookie: cookieHeader, 'accept-language': acceptLanguage } = request.headers;
      const asked = preferredLocale(acceptLanguage);
      const locale = asked ?? deps.language ?? locales[0];
      const parameters = new URLSearchParams(query);
      const visit = { deps, browsers, parameters, cookieHeader, asked, locale, texts: textsIn(locale) };
      void answerWith(visit, response, route.work);
    }
  };
}

async function startAuthorization({ deps, browsers, parameters, cookieHeader, texts }: Visit): Promise<Answer> {
  const keeps = (id: string) => browsers.find(cookieHeader, id);
  const authorizationStart = await deps.connecting.startAuthorization(single(parameters, 'link') ?? '', keeps);
  if (!authorizationStart) {
    return { status: 404, page: linkNotValidPage(texts) };
  }
  const { id, browser } = authorizationStart;
  return { status: 200, page: authorizationPage(authorizationStart, texts), cookies: [browsers.keep(id, browser)] };
}

/** On success it redirects to an address without the code, so that the page with the number can be loaded again. */
async function handleCallback(visit: Visit): Promise<Answer> {
  const { deps, browsers, parameters, cookieHeader, asked: locale, texts } = visit;
  const done = single(parameters, 'done');
  if (done !== undefined) {
    return showNumber(visit, done);
  }
  const names = ['state', 'code', 'domain', 'member_id'] as const;
  const [state, code, domain, memberId] = names.map((name) => single(parameters, name));
  if (!state || !code || !domain || !memberId) {
    return { status: 400, page: linkNotValidPage(texts) };
  }
  const looked: string[] = [];
  const browserOf = (id: string) => {
    looked.push(id);
    return browsers.find(cookieHeader, id);
  };
  const callbackResult = await deps.connecting.handleCallback({
    state,
    code: new Secret(code),
    domain,
    memberId,
    browserOf,
    locale,
  });
  if (callbackResult.kind !== 'asked') {
    const isUsedUp = callbackResult.kind === 'failed' || callbackResult.kind === 'not-told';
    const cookies = isUsedUp ? looked.map((id) => browsers.drop(id)) : [];
    return { ...callbackPage(callbackResult, texts), cookies };
  }
  const cookies = [browsers.keep(callbackResult.id, callbackResult.browser)];
  return { location: `callback?${new URLSearchParams({ done: callbackResult.id })}`, cookies };
}

async function showNumber({ deps, browsers, cookieHeader, texts }: Visit, id: string): Promise<Answer> {
  const shown = await deps.connecting.show(id, browsers.find(cookieHeader, id));
  return shown ? { status: 200, page: confirmPage(shown, texts) } : { status: 404, page: linkNotValidPage(texts) };
}

/** An error of the storage is answered with a page as well. The address is never logged: it holds the state and the code. */
async function answerWith(
  visit: Visit,
  response: ServerResponse,
  work: (visit: Visit) => Promise<Answer>,
): Promise<void> {
  try {
    send(visit, response, await work(visit));
  } catch (error) {
    const reference = logFault(visit.deps.log, { error }, 'a page of connecting failed');
    send(visit, response, { status: 500, page: brokenPage(reference, visit.texts) });
  }
}

function send({ locale }: Visit, response: ServerResponse, answer: Answer): void {
  const { cookies = [] } = answer;
  const headers = {
    ...pageHeaders,
    'content-language': locale,
    ...(cookies.length > 0 ? { 'set-cookie': [...cookies] } : {}),
  };
  if ('location' in answer) {
    response.writeHead(303, { ...headers, location: answer.location }).end();
  } else {
    response.writeHead(answer.status, headers).end(renderPage(answer.page, locale));
  }
}

/** The longest parameter that is read, in UTF-16 code units. Valid ones are shorter. */
const maxParameterLength = 512;

/** The value of a parameter that is given exactly once; `undefined` otherwise, because two values are ambiguous. */
function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = parameters.getAll(name);
  return value !== undefined && value.length <= maxParameterLength && others.length === 0 ? value : undefined;
}
