import {
  type CertificateProblem,
  type LinkFailure,
  type PortalFailure,
  type RefusedPart,
  refusedPartOf,
} from '../domain/failure.ts';
import { present } from '../domain/present.ts';

declare const safe: unique symbol;

/**
 * Text that is safe where it is shown: escaped for Slack's mrkdwn, or meant for a place that shows text as it is. Texts
 * take what people and portals wrote only in this form, so that nobody can slip `<!channel>` into a reply.
 */
export type SafeText = string & { readonly [safe]: true };

/** Marks `text` as safe. Guarantee: only the functions of an edge that escape for their place call it. */
export function markSafe(text: string): SafeText {
  return text as SafeText;
}

/** A task in a text. */
export type ShownTask = {
  readonly number: number;
  /** There where the reader is known to be allowed to read it. */
  readonly title?: SafeText;
  /** Makes a link to the task with the given words, where its address is known. */
  link(words: string): string;
};

/** How much of a message went out. */
export type ShownParts = {
  /** How many of the parts. */
  readonly delivered: number;
  /** All of them. */
  readonly parts: number;
};

/** Names of what was lost. */
export type ShownLoss = {
  readonly names: readonly SafeText[];
  /** How many were left out of the list. */
  readonly more: number;
};

/** What a text about a portal failure may name. */
export type FailureFacts = {
  readonly portal: SafeText;
  readonly task?: number;
  readonly field?: SafeText;
  readonly code?: SafeText;
  readonly status?: number;
  readonly certificate?: CertificateProblem;
  readonly scopes?: readonly SafeText[];
  readonly movedTo?: SafeText;
  /** A point in time. */
  readonly until?: SafeText;
  readonly orRights?: true;
  readonly part?: RefusedPart;
};

/**
 * Where a person reads of a portal failure: in a reply about a message, in the answer to `/b24task doctor`, at the
 * field for a webhook's URL as plain text, or on the page in the browser after the consent.
 */
export type Situation = 'reply' | 'doctor' | 'webhook' | 'consent';

/** Texts that a situation has of its own for some kinds of failure. */
export type Particular<Text> = Readonly<
  Partial<Record<Situation, Readonly<Partial<Record<PortalFailure['kind'], Text>>>>>
>;

/** Why a list lacks tasks: a heading and one line below it, each at most 75 characters. */
export type SearchTrouble = (portal: SafeText) => { readonly heading: string; readonly line: string };

/** A kind of place that shows text: how a foreign text becomes safe there, and how a point in time is written. */
export type Place = { text(foreign: string): SafeText; time(epochMs: number): SafeText };

/** Fields of modals, pages, and other places that show text as it is. */
export const plain: Place = { text: (foreign) => markSafe(tidy(foreign)), time: (epochMs) => markSafe(utc(epochMs)) };

/**
 * What a text about a failure may name, made safe for `place`. `about` says what the call was about, where the failure
 * itself does not; its portal may be an address as somebody entered it.
 */
export function factsOf(
  failure: PortalFailure | LinkFailure,
  about: { readonly portal: string; readonly task?: number },
  place: Place,
): FailureFacts {
  const facts: Facts = { portal: hostOf('portal' in failure ? failure.portal : about.portal, place) };
  if (about.task !== undefined) {
    facts.task = about.task;
  }
  switch (failure.kind) {
    case 'invalid-request':
      if (failure.field !== undefined) {
        facts.field = place.text(failure.field);
      }
      setCode(facts, failure.code, place);
      Object.assign(facts, present({ part: refusedPartOf(failure) }));
      break;
    case 'credential-rejected':
      Object.assign(facts, present({ orRights: failure.orRights }));
      break;
    case 'missing-scope':
      facts.scopes = failure.scopes.map(place.text);
      break;
    case 'method-throttled':
      if (failure.resetAt !== undefined) {
        facts.until = place.time(failure.resetAt);
      }
      break;
    case 'portal-fault':
      setCode(facts, failure.code, place);
      break;
    case 'certificate':
      facts.certificate = failure.problem;
      break;
    case 'intermediary-refused':
      facts.status = failure.status;
      break;
    case 'https-required':
      // The same host is named already.
      if (failure.to !== undefined && hostOf(failure.to, place) !== facts.portal) {
        facts.movedTo = hostOf(failure.to, place);
      }
      break;
    case 'moved':
      facts.movedTo = hostOf(failure.to, place);
      break;
    case 'unexpected':
      setCode(facts, failure.code, place);
      facts.status = failure.status;
      break;
    default:
      break;
  }
  return facts;
}

/**
 * A portal as people call it: its host, with the port where there is one. Of an address nothing else is shown, and of
 * what is none nothing at all: it may hold a webhook's secret.
 */
export function hostOf(address: string, place: Place): SafeText {
  return place.text(URL.canParse(address) ? new URL(address).host : 'Bitrix24');
}

const maxShown = 200;

/** One line of bounded length, without control characters and without what turns the direction of writing. */
export function tidy(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length > maxShown ? `${characters.slice(0, maxShown - 1).join('')}…` : line;
}

/** A point in time, for who sees no time of their own zone. */
export function utc(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `none` stands for an answer without a code; there is nothing to show then. */
function setCode(facts: Facts, code: string, place: Place): void {
  if (code !== 'none') {
    facts.code = place.text(code);
  }
}

type Facts = { -readonly [Name in keyof FailureFacts]: FailureFacts[Name] };
