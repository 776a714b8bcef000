import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, RequestInfo } from '../faults/faults.ts';
import { type FaultPlan, gateOf, type Pause, planFault } from '../faults/plan.ts';
import { formatFault } from '../faults/text.ts';
import type { RequestLog, RequestRecord } from '../request-log.ts';
import { type Answer, flat, htmlPage, renderRefusal } from '../wire/answers.ts';
import type { RestAddress } from '../wire/rest-address.ts';
import type { PortalLanguage } from '../wire/texts.ts';
import { readBody, resetConnection, sendAnswer, sendHalf, sendTooLarge } from '../wire/wire.ts';
import type { BuildGeneration } from './build-generation.ts';
import type { Executed, Prepared, RestRequest } from './dispatch.ts';
import type { LeakyBuckets } from './leaky-bucket.ts';
import { methodOf } from './methods/method-list.ts';

/** What the front works with. */
export type RestFrontDeps = {
  readonly dispatch: (request: RestRequest) => Prepared;
  readonly buckets: LeakyBuckets;
  readonly pickFault: (request: RequestInfo) => Fault | undefined;
  readonly log: RequestLog;
  readonly language: () => PortalLanguage;
  readonly build: () => BuildGeneration;
  /** Aborted when the portal stops: what still waits is given up. */
  readonly delays: AbortSignal;
  readonly bodyLimitBytes: number;
  /** The portal ends a request after this; a method that has not started by then never runs. */
  readonly requestLimitMs: number;
};

/** Answers one REST request. */
export type RestFront = (
  address: RestAddress,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>;

/** Everything between the socket and the method: the bucket, the faults, the log. */
export function createRestFront(deps: RestFrontDeps): RestFront {
  return async (address, url, request, response) => {
    const body = await readBody(request, limitOf(deps, address));
    if (body === undefined) {
      sendTooLarge(response);
      return;
    }
    const record = openRecord(deps, address, request, body);
    if (!deps.buckets.admit(record.sourceAddress)) {
      deps.log.count('throttled');
      record.code = 'QUERY_LIMIT_EXCEEDED';
      deliver(response, record, renderRefusal(flat('QUERY_LIMIT_EXCEEDED', 503), deps.language()));
      return;
    }
    const fault = deps.pickFault(record);
    if (fault !== undefined) {
      deps.log.count('faults');
      record.fault = formatFault(fault);
    }
    const plan = planFault(fault, {
      generation: address.generation,
      target: `${url.pathname}${url.search}`,
      language: deps.language(),
      build: deps.build(),
    });
    await serve(deps, plan, { record, response, rest: toRestRequest(address, url, request, body, { record, fault }) });
  };
}

/** A file of 100 MB is 133 MB in its request; a cloud portal takes bodies of 2 GB. */
const uploadLimitBytes = 160 * 1024 * 1024;

function limitOf({ bodyLimitBytes }: RestFrontDeps, { method }: RestAddress): number {
  return method.toLowerCase() === 'im.v2.file.upload' ? Math.max(bodyLimitBytes, uploadLimitBytes) : bodyLimitBytes;
}

type Job = { readonly record: RequestRecord; readonly response: ServerResponse; readonly rest: RestRequest };

/** A client that hangs up changes nothing: the portal goes on with what it has started. */
async function serve(deps: RestFrontDeps, plan: FaultPlan, { record, response, rest }: Job): Promise<void> {
  const prepared = plan.executes ? deps.dispatch(rest) : undefined;
  const inTime = await pause(deps, plan.before);
  if (!inTime) {
    deliver(response, record, timedOut);
    return;
  }
  const executed = prepared?.execute();
  if (executed !== undefined) {
    note(deps, record, executed);
  }
  const stillInTime = await pause(deps, plan.after);
  if (plan.keepsKey) {
    executed?.keep();
  }
  finish(plan, response, record, stillInTime ? (executed?.answer ?? timedOut) : timedOut);
}

/** Whether the pause ended within the time that the portal gives a request. Rejects when the portal stops. */
async function pause(deps: RestFrontDeps, what: Pause | undefined): Promise<boolean> {
  if (what === undefined) {
    return true;
  }
  if (what.kind === 'time') {
    await sleep(Math.min(what.ms, deps.requestLimitMs), undefined, { signal: deps.delays });
    return what.ms < deps.requestLimitMs;
  }
  what.arrived();
  const limit = sleep(deps.requestLimitMs, false, { signal: deps.delays, ref: false });
  return Promise.race([what.released.then(() => true), limit]);
}

const timedOut = htmlPage(504, '504 Gateway Time-out');

function finish({ delivery }: FaultPlan, response: ServerResponse, record: RequestRecord, own: Answer): void {
  switch (delivery.kind) {
    case 'own':
      deliver(response, record, own);
      break;
    case 'instead':
      deliver(response, record, delivery.answer);
      break;
    case 'cut':
      sendHalf(response, own);
      break;
    case 'reset':
      resetConnection(response);
      break;
    case 'hang':
      break;
    default:
      delivery satisfies never;
  }
}

function deliver(response: ServerResponse, record: RequestRecord, answer: Answer): void {
  record.status = answer.status;
  sendAnswer(response, answer);
}

function note(deps: RestFrontDeps, record: RequestRecord, executed: Executed): void {
  record.userId = executed.userId;
  record.executed = executed.ran;
  record.replayed = executed.replayed;
  record.code = executed.code;
  if (executed.ran) {
    deps.log.count('executed');
  } else {
    deps.log.count(executed.replayed ? 'replayed' : 'refused');
  }
}

function openRecord(deps: RestFrontDeps, address: RestAddress, request: IncomingMessage, body: Buffer): RequestRecord {
  return deps.log.open({
    sourceAddress: request.socket.remoteAddress ?? '',
    generation: address.generation,
    method: methodOf(address)?.name ?? '(unknown)',
    key: headerOf(request, 'idempotency-key'),
    bodyHash: createHash('sha256').update(body).digest('hex'),
  });
}

function toRestRequest(
  address: RestAddress,
  url: URL,
  request: IncomingMessage,
  body: Buffer,
  seen: { record: RequestRecord; fault: Fault | undefined },
): RestRequest {
  return {
    address,
    query: url.searchParams,
    contentType: request.headers['content-type'] ?? '',
    authorization: request.headers.authorization,
    body,
    bodyHash: seen.record.bodyHash,
    idempotencyKey: seen.record.key,
    arrivedAt: seen.record.at,
    gate: gateOf(seen.fault, address),
  };
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
