import { asBuildSays, type BuildGeneration } from '../rest/build-generation.ts';
import { type Answer, flat, htmlPage, json, type Refusal, renderRefusal, v3 } from '../wire/answers.ts';
import type { RestAddress } from '../wire/rest-address.ts';
import type { PortalLanguage } from '../wire/texts.ts';
import type { Fault, Moment } from './faults.ts';

type Delivery =
  | { readonly kind: 'own' }
  | { readonly kind: 'instead'; readonly answer: Answer }
  | { readonly kind: 'cut' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' };

/** How long a request waits: for a time, or until a test lets it go. */
export type Pause =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'gate'; readonly arrived: () => void; readonly released: Promise<void> };

/** A fault taken apart: wait, execute or not, keep the key or not, wait, deliver. */
export type FaultPlan = {
  readonly before: Pause | undefined;
  readonly executes: boolean;
  /** A failed request leaves no key: portals keep successes only. A lost success was a success. */
  readonly keepsKey: boolean;
  readonly after: Pause | undefined;
  readonly delivery: Delivery;
};

const undisturbed: FaultPlan = {
  before: undefined,
  executes: true,
  keepsKey: true,
  after: undefined,
  delivery: { kind: 'own' },
};

/** What a plan depends on beside the fault. */
export type PlanContext = {
  readonly generation: 'v2' | 'v3';
  /** The request's path with its query, for redirects. */
  readonly target: string;
  readonly language: PortalLanguage;
  readonly build: BuildGeneration;
};

/** What a fault does to a request. The two conditions that stand after the method lookup are gateOf's. */
export function planFault(fault: Fault | undefined, context: PlanContext): FaultPlan {
  const { generation, target, language } = context;
  switch (fault?.kind) {
    case undefined:
    case 'old-card':
      return undisturbed;
    case 'too-old':
      if (generation === 'v2' || fault.shape === 'v3') {
        return undisturbed;
      }
      return at('before', instead(renderRefusal(flat('ERROR_METHOD_NOT_FOUND', 404), language)));
    case 'slow':
      return waiting(fault.moment, { kind: 'time', ms: fault.ms });
    case 'held':
      return waiting(fault.moment, { kind: 'gate', arrived: fault.arrived, released: fault.released });
    case 'reset':
      return at(fault.moment, { kind: 'reset' });
    case 'lost':
      return at(fault.moment, { kind: 'hang' });
    case 'cut':
      return at('after', { kind: 'cut' });
    case 'html':
      return at(fault.moment, instead(htmlPage(fault.status, `${fault.status} nginx`)));
    case 'empty':
      return at(fault.moment, instead({ status: fault.status, headers: {}, body: '' }));
    case 'garbage':
      return at(fault.moment, instead({ ...json(200, ''), body: '<?php {"result' }));
    case 'error': {
      const refusal: Refusal = { shape: fault.shape, code: fault.code, status: fault.status };
      return { ...at(fault.moment, instead(renderRefusal(inBuild(refusal, context), language))), keepsKey: false };
    }
    case 'raw':
      return at('before', instead({ status: fault.status, headers: fault.headers ?? {}, body: fault.body }));
    case 'redirect':
      return at(
        'before',
        instead(redirect(fault.status, fault.to.startsWith('/') ? fault.to : movedTo(fault.to, target))),
      );
    case 'oversized':
      return at(fault.moment, instead(json(200, { result: { result: true }, padding: 'x'.repeat(fault.bytes) })));
    case 'moved':
      return at('before', instead(redirect(302, movedTo(fault.to, target))));
    case 'throttle':
    case 'time-limit':
    case 'closed':
    case 'plan':
    case 'overloaded':
    case 'https':
      return at('before', instead(renderRefusal(inBuild(refusalOf(fault), context), language)));
    default:
      return fault satisfies never;
  }
}

function inBuild(refusal: Refusal, { generation, build }: PlanContext): Refusal {
  return asBuildSays(refusal, generation, build);
}

/** The refusals that stand between the method lookup and the credential. */
export function gateOf(fault: Fault | undefined, address: RestAddress): Refusal | undefined {
  if (address.generation === 'v2' || !address.method.startsWith('tasks.')) {
    return undefined;
  }
  if (fault?.kind === 'too-old') {
    return v3('METHODNOTFOUNDEXCEPTION', 400, { subject: address.method });
  }
  return fault?.kind === 'old-card' ? v3('ACCESSDENIEDEXCEPTION', 403) : undefined;
}

function refusalOf(
  fault: Extract<Fault, { kind: 'throttle' | 'time-limit' | 'closed' | 'plan' | 'overloaded' | 'https' }>,
): Refusal {
  switch (fault.kind) {
    case 'throttle':
      return flat('QUERY_LIMIT_EXCEEDED', 503);
    case 'time-limit':
      return fault.shape === 'v3' ? v3('RATELIMITEXCEPTION', 429) : flat('OPERATION_TIME_LIMIT', 429);
    case 'closed':
      return flat('PORTAL_DELETED', 500);
    case 'plan':
      return flat('ACCESS_DENIED', 403);
    case 'overloaded':
      return flat('OVERLOAD_LIMIT', 503);
    case 'https':
      return flat('INVALID_REQUEST', 400);
    default:
      return fault satisfies never;
  }
}

function waiting(moment: Moment, pause: Pause): FaultPlan {
  return moment === 'before' ? { ...undisturbed, before: pause } : { ...undisturbed, after: pause };
}

function at(moment: Moment, delivery: Delivery): FaultPlan {
  return { ...undisturbed, executes: moment === 'after', delivery };
}

function instead(answer: Answer): Delivery {
  return { kind: 'instead', answer };
}

function redirect(status: number, location: string): Answer {
  const page = htmlPage(status, `${status} Moved`);
  return { ...page, headers: { ...page.headers, location } };
}

function movedTo(origin: string, target: string): string {
  return `${origin.replace(/\/+$/, '')}${target}`;
}
