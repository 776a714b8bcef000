import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../domain/log.ts';
import { Secret } from '../domain/secret.ts';
import type { Connecting } from '../linking/consent.ts';
import type { Texts } from '../locales/en.ts';
import { textsIn } from '../locales/locale.ts';
import { arrivalPage, brokenPage, linkNotValidPage, setOutPage } from './connect-texts.ts';
import { type BrowserMemory, createBrowserMemory } from './cookies.ts';
import { preferredLocale } from './language.ts';
import { type Page, pageHeaders, renderPage } from './page.ts';

export type ConnectPagesDeps = {
  readonly connecting: Pick<Connecting, 'setOut' | 'arrive'>;
  /** The address of the service as browsers see it. */
  readonly publicUrl: string;
  /** A short id that ties a page to a log line. */
  readonly newReference: () => string;
  readonly log: Log;
};

type Answer = { readonly status: number; readonly page: Page; readonly cookies?: readonly string[] };

type Visit = {
  readonly deps: ConnectPagesDeps;
  readonly browsers: BrowserMemory;
  readonly parameters: URLSearchParams;
  readonly cookieHeader: string | undefined;
  readonly texts: Texts;
};

const connectPath = '/bitrix24/connect';
const callbackPath = '/bitrix24/callback';

/** The address at which a ticket lets a browser set out. */
export function connectAddress(publicUrl: string, ticket: Secret): string {
  return `${publicUrl.replace(/\/+$/, '')}${connectPath}?${new URLSearchParams({ link: ticket.reveal() })}`;
}

/** Coming back uses the consent up, so nothing but a browser's own way may do it. */
const routes: Readonly<Record<string, { readonly methods: readonly string[]; work(visit: Visit): Promise<Answer> }>> = {
  [connectPath]: { methods: ['GET', 'HEAD'], work: setOut },
  [callbackPath]: { methods: ['GET'], work: arrive },
};

/** Answers the pages of connecting; anything else goes to `next`. */
export function withConnectPages(deps: ConnectPagesDeps, next: RequestListener): RequestListener {
  const browsers = createBrowserMemory(deps.publicUrl.startsWith('https:'));
  return (request, response) => {
    const [path = '', query] = (request.url ?? '').split('?');
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (!route) next(request, response);
    else if (!route.methods.includes(request.method ?? ''))
      response.writeHead(405, { ...pageHeaders, allow: route.methods.join(', ') }).end();
    else {
      const parameters = new URLSearchParams(query);
      const visit = { deps, browsers, parameters, cookieHeader: request.headers.cookie, texts: textsFor(request) };
      void answerWith(visit, request, response, route.work);
    }
  };
}

async function setOut({ deps, browsers, parameters, texts }: Visit): Promise<Answer> {
  const departure = await deps.connecting.setOut(single(parameters, 'link') ?? '');
  if (!departure) return { status: 404, page: linkNotValidPage(texts) };
  const { id, browser } = departure;
  return { status: 200, page: setOutPage(departure, texts), cookies: [browsers.keep(id, browser)] };
}

async function arrive({ deps, browsers, parameters, cookieHeader, texts }: Visit): Promise<Answer> {
  const names = ['state', 'code', 'domain', 'member_id'] as const;
  const [state, code, domain, memberId] = names.map((name) => single(parameters, name));
  if (!state || !code || !domain || !memberId) return { status: 400, page: linkNotValidPage(texts) };
  const asked: string[] = [];
  const browserOf = (id: string) => {
    asked.push(id);
    return browsers.find(cookieHeader, id);
  };
  const arrival = await deps.connecting.arrive({ state, code: new Secret(code), domain, memberId, browserOf });
  return { ...arrivalPage(arrival, texts), cookies: asked.map((id) => browsers.drop(id)) };
}

/** A storage that fails becomes a page as well. Nothing of the address is logged: it holds the state and the code. */
async function answerWith(
  visit: Visit,
  request: IncomingMessage,
  response: ServerResponse,
  work: (visit: Visit) => Promise<Answer>,
): Promise<void> {
  try {
    send(request, response, await work(visit));
  } catch (error) {
    const { newReference, log } = visit.deps;
    const reference = newReference();
    log.error({ error, reference }, 'a page of connecting failed');
    send(request, response, { status: 500, page: brokenPage(reference, visit.texts) });
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, page, cookies = [] }: Answer): void {
  const locale = preferredLocale(request.headers['accept-language']);
  response.writeHead(status, {
    ...pageHeaders,
    'content-language': locale,
    ...(cookies.length > 0 ? { 'set-cookie': [...cookies] } : {}),
  });
  response.end(renderPage(page, locale));
}

function textsFor(request: IncomingMessage): Texts {
  return textsIn(preferredLocale(request.headers['accept-language']));
}

/** More than any of the parameters is long. */
const longest = 512;

/** A parameter that is there once: which one of two would count is nothing to guess. */
function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = parameters.getAll(name);
  return value !== undefined && value.length <= longest && others.length === 0 ? value : undefined;
}
