import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import type { SandboxClock } from '../options.ts';
import { type Changes, waitMs } from '../state/changes.ts';
import { signRequest } from './signing.ts';
import type { EnvelopeType, SocketMode } from './socket-mode.ts';

/** Something a person did, or an event, ready to be handed to the app; it can be handed over again. */
export type Interaction = {
  readonly type: EnvelopeType;
  readonly payload: JsonObject;
  /** What people see of the app's answer. */
  readonly settle: (answer: Answer) => void;
};

/** How the app acknowledged. */
export type Answer = {
  /** HTTP status; 200 for an acknowledgement over a socket, 0 when there was none. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body when it is a JSON object, else an empty object. */
  readonly json: JsonObject;
  readonly tookMs: number;
  /** Slack stopped waiting: three seconds of real time, unless the options say otherwise. */
  readonly timedOut: boolean;
  /** Why there was no answer at all, for example a refused connection. */
  readonly error?: string;
  readonly interaction?: Interaction;
};

/** How one sending differs from the usual. */
export type SendOverrides = {
  /** Another request URL, for example of a second replica. */
  readonly to?: string;
  readonly retry?: { readonly attempt: number; readonly reason: string };
};

/** A request that a test makes up. */
export type RawRequest = {
  readonly timestampSeconds?: number;
  readonly secret?: string;
  /** Null leaves the header out. */
  readonly signature?: string | null;
  readonly contentType?: string;
  readonly method?: string;
  readonly to?: string;
  readonly headers?: Record<string, string>;
};

/** Hands interactions to the app: signed HTTP requests, or envelopes over Socket Mode. */
export type Delivery = {
  connectHttp(url: string, signingSecret?: string): void;
  /** Switches to Socket Mode and waits (5 s unless told otherwise) for the app's first connections (one). */
  connectSocket(options?: { timeoutMs?: number; connections?: number }): Promise<void>;
  send(interaction: Interaction, overrides?: SendOverrides): Promise<Answer>;
  raw(body: string | Buffer, request?: RawRequest): Promise<Answer>;
};

type DeliveryDeps = {
  readonly clock: SandboxClock;
  readonly socketMode: SocketMode;
  readonly changes: Changes;
  readonly ackTimeoutMs: number;
  readonly signingSecret: string;
};

/** Creates the delivery; it knows no app until it is connected to one. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { clock, socketMode, changes, ackTimeoutMs } = deps;
  let secret = deps.signingSecret;
  let target: { kind: 'none' } | { kind: 'socket' } | { kind: 'http'; url: string } = { kind: 'none' };

  const raw = async (body: string | Buffer, options: RawRequest = {}): Promise<Answer> => {
    const url = options.to ?? (target.kind === 'http' ? target.url : undefined);
    if (url === undefined) {
      throw new Error('The sandbox has no request URL: call connectHttp(url) first');
    }
    const timestamp = options.timestampSeconds ?? Math.floor(clock.now() / 1000);
    const signature = options.signature ?? signRequest(options.secret ?? secret, timestamp, body);
    const headers: Record<string, string> = {
      'content-type': options.contentType ?? 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(timestamp),
      ...(options.signature === null ? {} : { 'x-slack-signature': signature }),
      ...options.headers,
    };
    return post(url, options.method ?? 'POST', headers, body, ackTimeoutMs);
  };

  const overHttp = ({ type, payload }: Interaction, { to, retry }: SendOverrides): Promise<Answer> => {
    const headers = retry
      ? { 'x-slack-retry-num': String(retry.attempt), 'x-slack-retry-reason': retry.reason }
      : undefined;
    const extra = { ...(to === undefined ? {} : { to }), ...(headers ? { headers } : {}) };
    if (type === 'events_api') {
      return raw(JSON.stringify(payload), { ...extra, contentType: 'application/json' });
    }
    return raw(type === 'slash_commands' ? form(payload) : form({ payload: JSON.stringify(payload) }), extra);
  };

  const overSocket = async ({ type, payload }: Interaction, { retry }: SendOverrides): Promise<Answer> => {
    const started = performance.now();
    const ack = await socketMode.send(type, payload, { timeoutMs: ackTimeoutMs, ...(retry ? { retry } : {}) });
    const tookMs = performance.now() - started;
    if (ack === undefined) {
      return { ...noAnswer, tookMs, timedOut: true };
    }
    const json = isObject(ack.payload) ? ack.payload : {};
    const body = Object.keys(json).length === 0 ? '' : JSON.stringify(json);
    return { status: 200, headers: {}, body, json, tookMs, timedOut: false };
  };

  return {
    raw,
    connectHttp(url, signingSecret) {
      target = { kind: 'http', url };
      secret = signingSecret ?? secret;
    },
    async connectSocket({ timeoutMs = waitMs, connections = 1 } = {}) {
      target = { kind: 'socket' };
      await changes.until(
        () => (socketMode.connections >= connections ? true : undefined),
        timeoutMs,
        () => 'No app has opened a Socket Mode connection.',
      );
    },
    async send(interaction, overrides = {}) {
      if (target.kind === 'none' && overrides.to === undefined) {
        throw new Error('No app is connected to the sandbox: call connectHttp(url) or connectSocket() first');
      }
      const isSocket = target.kind === 'socket' && overrides.to === undefined;
      const answer = await (isSocket ? overSocket(interaction, overrides) : overHttp(interaction, overrides));
      interaction.settle(answer);
      return { ...answer, interaction };
    },
  };
}

const noAnswer = { status: 0, headers: {}, body: '', json: {} } as const;

/** An answer to something that never left the client, because Slack's own client refuses it. */
export function notSent(error: string): Answer {
  return { ...noAnswer, tookMs: 0, timedOut: false, error };
}

function form(fields: JsonObject): string {
  const body = new URLSearchParams();
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) {
      body.append(key, String(value));
    }
  }
  return body.toString();
}

function post(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string | Buffer,
  timeoutMs: number,
): Promise<Answer> {
  const started = performance.now();
  const open = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const finish = (answer: Partial<Answer>): void => {
      clearTimeout(timer);
      resolve({ ...noAnswer, timedOut: false, tookMs: performance.now() - started, ...answer });
    };
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const request = open(url, { method, headers: { ...headers, ...length }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => finish({ error: error.message }));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const json = parseJson(text);
        finish({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text,
          json: isObject(json) ? json : {},
        });
      });
    });
    const timer = setTimeout(() => {
      finish({ timedOut: true });
      request.destroy();
    }, timeoutMs);
    request.on('error', (error) => finish({ error: error.message }));
    request.end(body);
  });
}
