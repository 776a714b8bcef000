import { Readable } from 'node:stream';
import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import type { Clock } from '../domain/clock.ts';
import type { Proxies } from '../domain/proxies.ts';
import { Secret } from '../domain/secret.ts';
import { createAnswerRoom } from './answer-bodies.ts';
import { type CallLimits, type CallResult, Exchange } from './exchange.ts';
import type { PortalGate } from './portal-gate.ts';
import { lengthOf, type StreamedBody, sendingOf } from './streamed-body.ts';

/** One POST. */
export type CallRequest = CallLimits & {
  readonly origin: string;
  /** Secret because it can hold a webhook's secret. */
  readonly path: Secret;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes out as exactly these characters, a streamed one as it is made. */
  readonly body: Secret | StreamedBody;
};

/** Makes single attempts over kept-alive connections. */
export type Caller = {
  /** One attempt. Rejects only on a bug, such as a header that HTTP cannot carry. */
  call(request: CallRequest): Promise<CallResult>;
  /** Cuts what is still under way, which then ends as `lost`, and frees the connections. */
  close(): Promise<void>;
};

/** The dependencies of the caller. */
export type CallerDeps = {
  readonly gate: PortalGate;
  readonly clock: Clock;
  /** Of the application; part of the User-Agent. */
  readonly version: string;
  /** Origins other than portals that the administrator named: the token server. */
  readonly trusted?: readonly string[];
  /** Where all calls go through; without, they go directly. */
  readonly proxies?: Proxies | undefined;
};

/**
 * Enough for a full bucket (50 at once, 2 more per second) of requests that all hang until the portal ends them after
 * a minute: nobody's request waits behind another's.
 */
const connectionsPerOrigin = 192;

/**
 * Creates the caller. It follows no redirects and repeats nothing. HTTP/1.1 only: HTTP/2 may requeue requests by
 * itself.
 */
export function createCaller({ gate, clock, version, trusted = [], proxies }: CallerDeps): Caller {
  const options: Agent.Options = {
    connect: gate.connector(trusted),
    allowH2: false,
    connections: connectionsPerOrigin,
    pipelining: 1,
    // The exchange bounds the whole answer with one timer; undici's are coarse and restart with each chunk.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const agent = proxies ? throughProxies(options, proxies, gate) : new Agent(options);
  const check = proxies && gate.proxyCheck(trusted);
  const room = createAnswerRoom();
  return {
    call(request) {
      const { promise, resolve, reject } = Promise.withResolvers<CallResult>();
      const exchange = new Exchange(request, room.open(request.origin), clock, { resolve, reject });
      const outgoing = outgoingOf(request.body, () => exchange.progress());
      // Undici looks once more at a kept connection before it writes, but a request made while socket events are
      // handled would be written before the event loop polls again, and a close that is already here would be seen too
      // late.
      const leave = () => setImmediate(() => agent.dispatch(dispatchOptions(request, outgoing, version), exchange));
      if (check) {
        check(request.origin).then(leave, (error: unknown) => exchange.fail(asError(error)));
      } else {
        leave();
      }
      return promise.then((result) => (outgoing.isWhole() ? result : unsent(result)));
    },
    close: () => agent.destroy(),
  };
}

/** A proxy that has not opened its tunnel after this is given up. */
const tunnelTimeoutMs = 10_000;

/**
 * Undici's agent for proxies, which reads the environment only where it is given nothing: so all three are given. It
 * takes
 * `connect` for the hosts that are called directly.
 */
function throughProxies(options: Agent.Options, { https, http, except }: Proxies, gate: PortalGate): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    proxyTls: { lookup: gate.proxyLookup },
    httpsProxy: https?.reveal() ?? '',
    httpProxy: http?.reveal() ?? '',
    noProxy: except,
    clientFactory: (proxy, given) => new Pool(proxy, { ...given, headersTimeout: tunnelTimeoutMs }),
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the check of a host failed');
}

type Outgoing = {
  readonly body: Buffer | Readable;
  readonly length: number;
  /** Whether all of it was handed over to be sent. */
  isWhole(): boolean;
};

function outgoingOf(body: CallRequest['body'], onPiece: () => void): Outgoing {
  if (body instanceof Secret) {
    const bytes = Buffer.from(body.reveal(), 'utf8');
    return { body: bytes, length: bytes.byteLength, isWhole: () => true };
  }
  const { pieces, isWhole } = sendingOf(body, onPiece);
  return { body: Readable.from(pieces), length: lengthOf(body), isWhole };
}

/** A request of which the end is missing cannot have run, wherever it was lost. */
function unsent(result: CallResult): CallResult {
  return result.kind === 'lost' ? { kind: 'not-sent', cause: result.cause } : result;
}

function dispatchOptions(
  request: CallRequest,
  { body, length }: Outgoing,
  version: string,
): Dispatcher.DispatchOptions {
  return {
    origin: request.origin,
    path: request.path.reveal(),
    method: 'POST',
    headers: {
      'user-agent': `b24task/${version}`,
      accept: 'application/json',
      // Without this header a server may choose any encoding; the size bound counts the bytes as they come.
      'accept-encoding': 'identity',
      'content-type': request.contentType,
      'content-length': String(length),
      ...request.headers,
    },
    body,
  };
}
