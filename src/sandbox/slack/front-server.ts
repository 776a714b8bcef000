import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerDownload } from './files/download.ts';
import type { JsonObject } from './json.ts';
import { renderConsentPage, renderErrorPage } from './oauth/consent-page.ts';
import type { OAuth } from './oauth/oauth.ts';
import type { SocketMode } from './sending/socket-mode.ts';
import type { SlackState } from './state/state.ts';
import { type ApiAnswer, readArguments } from './web-api/web-api.ts';

type FrontDeps = {
  readonly state: SlackState;
  readonly webApi: (method: string, args: JsonObject, headers: IncomingMessage['headers']) => Promise<ApiAnswer>;
  readonly oauth: OAuth;
  readonly socketMode: SocketMode;
};

/** The one HTTP server of the sandbox's Slack: Web API, response URLs, consent page, Socket Mode. */
export async function startFront(deps: FrontDeps, port: number): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    handle(deps, request, response).catch((error: unknown) => {
      if (!response.headersSent) {
        response.writeHead(500, { 'content-type': 'text/plain' });
      }
      response.end(String(error));
    });
  });
  server.on('upgrade', (request, socket, head) => deps.socketMode.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port: portOf(server), close: () => stop(server) };
}

async function handle(deps: FrontDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const body = await readBody(request);
  if (url.pathname.startsWith('/api/')) {
    const args = readArguments(url.searchParams, request.headers['content-type'] ?? '', body);
    send(request, response, await deps.webApi(url.pathname.slice('/api/'.length), args, request.headers));
  } else if (url.pathname.startsWith('/response/')) {
    send(request, response, await answerResponseUrl(deps.state, url.pathname, body));
  } else if (url.pathname === '/oauth/v2/authorize') {
    send(request, response, answerConsent(deps, url.searchParams, request.method === 'POST' ? body : undefined));
  } else if (url.pathname.startsWith('/files-pri/')) {
    await answerDownload(deps.state, url.pathname, request, response);
  } else {
    send(request, response, { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not found' });
  }
}

async function answerResponseUrl(state: SlackState, path: string, body: string): Promise<ApiAnswer> {
  const fault = state.faults.take('response_url');
  if (fault && 'slowMs' in fault) {
    await sleep(fault.slowMs, undefined, { ref: false });
  } else if (fault && 'reset' in fault) {
    return { status: 0, headers: {}, body: '', reset: true };
  } else if (fault && 'rateLimitedSeconds' in fault) {
    return { status: 429, headers: { 'retry-after': String(fault.rateLimitedSeconds) }, body: 'ratelimited' };
  } else if (fault && 'status' in fault) {
    return { status: fault.status, headers: {}, body: fault.body ?? '' };
  } else if (fault && 'error' in fault) {
    return json(404, { ok: false, error: fault.error });
  }
  const answer = state.responseUrls.receive(path, body);
  return fault && 'lost' in fault
    ? { status: 0, headers: {}, body: '', reset: true }
    : json(answer.status, answer.body);
}

function answerConsent({ oauth, state }: FrontDeps, query: URLSearchParams, form: string | undefined): ApiAnswer {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const asked = oauth.read(query);
  if ('error' in asked) {
    return { status: 400, headers: html, body: renderErrorPage(asked.error) };
  }
  if (form === undefined) {
    return { status: 200, headers: html, body: renderConsentPage(state, query.toString()) };
  }
  const fields = new URLSearchParams(form);
  const team = fields.get('team');
  const user = fields.get('user');
  const answer = oauth.consent(asked, {
    ...(team === null ? {} : { team }),
    ...(user === null ? {} : { user }),
    org: fields.has('org'),
    denied: fields.has('denied'),
  });
  return 'location' in answer
    ? { status: 302, headers: { location: answer.location }, body: '' }
    : { status: 400, headers: html, body: renderErrorPage(answer.error) };
}

function json(status: number, body: JsonObject): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

function send(request: IncomingMessage, response: ServerResponse, answer: ApiAnswer): void {
  if (answer.reset === true) {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The sandbox could not find its own port');
  }
  return address.port;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
