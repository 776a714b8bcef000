import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  HTTPReceiver,
  type Logger,
  type ReceiverProcessEventErrorHandlerArgs,
  type ReceiverUnhandledRequestHandlerArgs,
} from '@slack/bolt';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import { bodyLimitBytes, checkRequest, type Refusal } from './http-gate.ts';
import { apologyFor, UnansweredError } from './unanswered.ts';

export type HttpReceiverDeps = {
  readonly signingSecret: Secret;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly log: Log;
};

/** The receiver for Bolt, and the listener that a server mounts. It answers `POST /slack/events` and 404 elsewhere. */
export type HttpDoor = { readonly receiver: HTTPReceiver; readonly requestListener: RequestListener };

const path = '/slack/events';

/** After this Slack has given up; the listeners answer by themselves before. */
const lastResortMs = 2_900;

/** Creates the door for HTTP. */
export function createHttpDoor({ signingSecret, clock, logger, log }: HttpReceiverDeps): HttpDoor {
  const receiver = new HTTPReceiver({
    signingSecret: signingSecret.reveal(),
    // The gate has verified what gets here.
    signatureVerification: false,
    endpoints: [path],
    logger,
    bodyLimit: bodyLimitBytes,
    unhandledRequestTimeoutMillis: lastResortMs,
    unhandledRequestHandler: giveUp,
    processEventErrorHandler: apologise,
  });
  return { receiver, requestListener };

  function requestListener(request: IncomingMessage, response: ServerResponse): void {
    admit(request, response).catch((error: unknown) => {
      log.error({ error }, 'a request to the Slack address failed');
      if (!response.headersSent) {
        response.writeHead(500);
      }
      response.end();
    });
  }

  async function admit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Bolt takes other spellings of its address as well (`/slack/./events`): nothing gets there but through the gate.
    if (!isForEvents(request)) {
      return void response.writeHead(404).end();
    }
    const verdict = await checkRequest(request, { signingSecret, nowMs: clock.now() });
    if (verdict !== 'admitted') {
      return turnAway(verdict, request, response);
    }
    receiver.requestListener(request, response);
  }

  function turnAway(verdict: Refusal | 'probe', request: IncomingMessage, response: ServerResponse): void {
    if (verdict === 'probe') {
      return void response.writeHead(200).end();
    }
    log.warn({ status: verdict.status, reason: verdict.reason }, 'a request to the Slack address was refused');
    // The rest of a refused body is let go unkept, so that the sender can read the answer.
    request.resume();
    response.writeHead(verdict.status, { connection: 'close' }).end();
  }
}

function isForEvents(request: IncomingMessage): boolean {
  return request.method === 'POST' && request.url?.split('?')[0] === path;
}

/** An answer of 500 makes Slack tell the person that the app failed; an empty 200 would look like success. */
function giveUp({ response }: ReceiverUnhandledRequestHandlerArgs): void {
  if (!response.headersSent) {
    response.writeHead(500).end();
  }
}

async function apologise({ error, response }: ReceiverProcessEventErrorHandlerArgs): Promise<boolean> {
  if (response.headersSent) {
    return false;
  }
  if (error instanceof UnansweredError && error.isCommand) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ response_type: 'ephemeral', ...apologyFor(error) }));
  } else {
    response.writeHead(500).end();
  }
  return true;
}
