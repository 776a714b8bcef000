import type { IncomingMessage, ServerResponse } from 'node:http';
import { piecesOf, sizeOf } from '../state/file-content.ts';
import type { FileDownload, SlackFile } from '../state/files.ts';
import type { SlackState } from '../state/state.ts';
import { isSeenByBot } from './visibility.ts';

/** A browser's page where bytes were asked for. Sources: slackapi/bolt-js issue 2585, vercel/eve pull request 1531. */
const loginPage = '<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in</body></html>';

const html = { 'content-type': 'text/html; charset=utf-8' };

/** Answers a request below `/files-pri/`: the bytes, or the login page to whom the file is not shown. */
export async function answerDownload(
  state: SlackState,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = /^\/files-pri\/T\w+-(F\w+)\//.exec(path)?.[1] ?? '';
  const file = state.files.find(id);
  const outcome = await answer(state, file, request, response);
  state.files.downloads.push({ file: id, authorization: request.headers.authorization, outcome });
  state.changes.announce();
}

type Outcome = FileDownload['outcome'];

async function answer(
  state: SlackState,
  file: SlackFile | undefined,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<Outcome> {
  if (file === undefined || file.deleted) {
    response.writeHead(404, html).end('<h1>Not found</h1>');
    return 'refused';
  }
  if (!mayRead(state, file, headers.authorization) || file.trouble?.kind === 'login') {
    response.writeHead(200, html).end(loginPage);
    return 'login';
  }
  if (file.redirect !== undefined) {
    response.writeHead(302, { location: file.redirect }).end();
    return 'redirect';
  }
  if (file.trouble?.kind === 'status') {
    response.writeHead(file.trouble.status, html).end('<h1>Error</h1>');
    return 'refused';
  }
  if (file.trouble?.kind === 'limited') {
    response.writeHead(429, { 'retry-after': String(file.trouble.seconds) }).end();
    return 'refused';
  }
  await sendBytes(file, response);
  return 'bytes';
}

function mayRead(state: SlackState, file: SlackFile, authorization: string | undefined): boolean {
  const token = state.tokens.check(/^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1]);
  return !('error' in token) && token.scopes.includes('files:read') && isSeenByBot(state, file);
}

async function sendBytes({ content, mimetype, trouble }: SlackFile, response: ServerResponse): Promise<void> {
  const end = trouble !== undefined && 'afterBytes' in trouble ? trouble.afterBytes : sizeOf(content);
  // An answer that ends too early says nothing of its length, or nobody would take it for a whole one.
  const length = trouble?.kind === 'short' ? {} : { 'content-length': String(sizeOf(content)) };
  response.writeHead(200, { 'content-type': mimetype, ...length });
  let sent = 0;
  for (const piece of piecesOf(content)) {
    if (sent >= end || response.destroyed) {
      break;
    }
    const part = piece.subarray(0, end - sent);
    sent += part.byteLength;
    if (!response.write(part)) {
      await drained(response);
    }
  }
  if (trouble?.kind === 'cut') {
    response.destroy();
  } else if (trouble?.kind !== 'held') {
    response.end();
  }
}

/** Resolves when more can be written, or nothing any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}
