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
import type { UsedOnce } from '../../linking/ports.ts';
import { createSummedLog } from '../../observability/summed-log.ts';
import { createBodyReader } from './body-reader.ts';
import { checkRequest, type Refusal } from './http-gate.ts';
import { createReplayGuard } from './replay-guard.ts';
import { bodyLimitBytes } from './slack-body.ts';
import { apologyFor, UnansweredError } from './unanswered.ts';

/** What receiving requests of Slack over HTTP needs. */
export type HttpReceiverDeps = {
  readonly signingSecret: Secret;
  /** Remembers signatures for longer than they are fresh, for all replicas. */
  readonly usedSignatures: UsedOnce;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly log: Log;
};

/**
 * The receiver for Bolt, and the listener that a server mounts. It answers `POST /slack/events`, the probe that Slack
 * makes with GET there, and 404 elsewhere.
 */
export type HttpReceiver = { readonly receiver: HTTPReceiver; readonly requestListener: RequestListener };

const path = '/slack/events';

/** After this Slack has given up; the listeners answer by themselves before. */
const lastResortMs = 2_900;

/** What all bodies that are being read may take up together: some thousand of Slack's. */
const bodiesBytes = 16 * bodyLimitBytes;

/** Creates the receiver for HTTP. */
export function createHttpReceiver(deps: HttpReceiverDeps): HttpReceiver {
  const { signingSecret, clock, logger, log } = deps;
  const readBody = createBodyReader(bodiesBytes);
  const isFirst = createReplayGuard({ used: deps.usedSignatures, clock });
  const logSum = createSummedLog({ clock, log });
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
      return void response.writeHead(isProbe(request) ? 200 : 404).end();
    }
    const verdict = await checkRequest(request, { signingSecret, nowMs: clock.now(), readBody, isFirst });
    if (verdict !== 'admitted') {
      return turnAway(verdict, request, response);
    }
    receiver.requestListener(request, response);
  }

  function turnAway(verdict: Refusal | 'probe' | 'noted', request: IncomingMessage, response: ServerResponse): void {
    if (typeof verdict === 'string') {
      return void response.writeHead(200).end();
    }
    logSum('warn', { status: verdict.status, reason: verdict.reason }, 'a request to the Slack address was refused');
    // The rest of a refused body is let go unkept, so that the sender can read the answer.
    request.resume();
    response.writeHead(verdict.status, { connection: 'close' }).end();
  }
}

function isForEvents(request: IncomingMessage): boolean {
  return request.method === 'POST' && request.url?.split('?')[0] === path;
}

/** Source: docs.slack.dev, "Implementing slash commands", `ssl_check`: Slack looks at the certificate now and then. */
function isProbe({ method, url = '' }: IncomingMessage): boolean {
  const [address, query] = url.split('?');
  return method === 'GET' && address === path && new URLSearchParams(query).get('ssl_check') === '1';
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
