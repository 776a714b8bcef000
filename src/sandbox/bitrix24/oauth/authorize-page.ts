import type { IncomingMessage, ServerResponse } from 'node:http';
import { fullName, type PortalState, type PortalUser } from '../state.ts';
import { type Answer, htmlPage } from '../wire/answers.ts';
import { readBody, sendAnswer, sendTooLarge } from '../wire/wire.ts';
import type { TokenServerDeps } from './token-server.ts';

const maxFormBytes = 16 * 1024;

/** What the page works with, beside what the token server does. */
export type AuthorizeDeps = TokenServerDeps & {
  readonly state: PortalState;
  /** Where the portal sends people after consent; `undefined` until `setHandler`. */
  readonly handlerUrl: string | undefined;
};

/** The one browser in which people use the portal. */
export type Browser = {
  /** Logs a person in; `undefined` logs out. */
  loginAs(userId: number | undefined): void;
  readonly loggedInAs: number | undefined;
  /** Consents on the authorisation page as the one who is logged in; gives the address that the portal redirects to. */
  approve(authorizeUrl: string): string;
};

/** The page where people consent. */
export type AuthorizePage = {
  readonly browser: Browser;
  setHandler(url: string): void;
  handle(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void>;
};

/**
 * `/oauth/authorize/`: a form that asks who is logged in, and a redirect to the application's handler. What goes wrong
 * is shown here; the application hears nothing of it (Bitrix24, "OAuth").
 */
export function createAuthorizePage(
  deps: AuthorizeDeps,
  tamper: (parameters: URLSearchParams) => URLSearchParams,
): AuthorizePage {
  let handlerUrl = deps.handlerUrl;
  let loggedInAs: number | undefined;

  function problemOf(parameters: URLSearchParams): string | undefined {
    const { app, installed } = deps.desk;
    if (app === undefined || !installed || parameters.get('client_id') !== app.clientId) {
      return 'This application is not installed';
    }
    return handlerUrl === undefined ? 'The application has no handler' : undefined;
  }

  function callbackFor(parameters: URLSearchParams, userId: number): string {
    const target = new URL(handlerUrl ?? '');
    const added = tamper(
      new URLSearchParams({
        code: deps.desk.issueCode(userId),
        state: parameters.get('state') ?? '',
        domain: new URL(deps.origin()).host,
        member_id: deps.memberId,
        scope: deps.desk.app?.scopes.join(',') ?? '',
        server_domain: new URL(deps.origin()).host,
      }),
    );
    for (const [name, value] of added) {
      target.searchParams.set(name, value);
    }
    return target.href;
  }

  function consent(parameters: URLSearchParams, userId: number): Answer {
    const user = deps.state.users.get(userId);
    if (user === undefined || user.active === false) {
      return htmlPage(403, 'Nobody is logged in as this person');
    }
    return { status: 302, headers: { location: callbackFor(parameters, userId) }, body: '' };
  }

  return {
    browser: {
      loginAs(userId) {
        loggedInAs = userId;
      },
      get loggedInAs() {
        return loggedInAs;
      },
      approve(authorizeUrl) {
        const parameters = new URL(authorizeUrl).searchParams;
        const problem = problemOf(parameters);
        if (problem !== undefined) {
          throw new Error(problem);
        }
        if (loggedInAs === undefined) {
          throw new Error('Nobody is logged in on the portal');
        }
        return callbackFor(parameters, loggedInAs);
      },
    },
    setHandler(url) {
      handlerUrl = url;
    },
    async handle(url, request, response) {
      const problem = problemOf(url.searchParams);
      if (problem !== undefined) {
        return sendAnswer(response, htmlPage(400, problem));
      }
      if (request.method !== 'POST') {
        return sendAnswer(response, loginForm(Array.from(deps.state.users.values()), loggedInAs));
      }
      const body = await readBody(request, maxFormBytes);
      if (body === undefined) {
        return sendTooLarge(response);
      }
      return sendAnswer(
        response,
        consent(url.searchParams, Number(new URLSearchParams(body.toString('utf8')).get('user_id'))),
      );
    },
  };
}

/** Posts to its own address, so that client id and state travel in the query as they came. */
function loginForm(users: readonly PortalUser[], loggedInAs: number | undefined): Answer {
  const people = users
    .filter((user) => user.active !== false)
    .map((user) => {
      const checked = user.id === loggedInAs ? ' checked' : '';
      return `<p><label><input type="radio" name="user_id" value="${user.id}" required${checked}> ${escapeHtml(fullName(user))}</label></p>`;
    });
  return htmlPage(
    200,
    'Allow the application to work as you?',
    `<form method="post">${people.join('')}<button type="submit">Allow</button></form>`,
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
