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
 * Text that is safe where it is shown: escaped for Slack's mrkdwn, or shown as plain text. The texts take foreign input
 * (from people and portals) only as this type, so that nobody can slip `<!channel>` into a reply.
 */
export type SafeText = string & { readonly [safe]: true };

/** Marks `text` as safe. To be called only by functions that escape it for where it is shown. */
export function markSafe(text: string): SafeText {
  return text as SafeText;
}

/** A task in a text. */
export type ShownTask = {
  readonly number: number;
  /** Present only when the reader may read it. */
  readonly title?: SafeText;
  /** The words as a link to the task; the words alone when its address is not known. */
  link(words: string): string;
};

/** How much of a message went out. */
export type ShownParts = {
  /** How many parts arrived. */
  readonly delivered: number;
  /** How many parts there are. */
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
  /** The portal's host. */
  readonly portal: SafeText;
  readonly task?: number;
  /** The field that the portal did not accept. */
  readonly field?: SafeText;
  /** The portal's error code. */
  readonly code?: SafeText;
  /** The status of the HTTP answer. */
  readonly status?: number;
  readonly certificate?: CertificateProblem;
  /** The permissions that are missing. */
  readonly scopes?: readonly SafeText[];
  /** The host that the portal sends calls on to. */
  readonly movedTo?: SafeText;
  /** When the portal takes calls of this method again. */
  readonly until?: SafeText;
  /** The portal says the same of a user who lacks the rights. */
  readonly orRights?: true;
  /** The part of the message that the portal refused. */
  readonly part?: RefusedPart;
};

/**
 * Where a person reads of a portal failure: in a reply about a message, in the answer to `/b24task doctor`, at the
 * field for a webhook's URL as plain text, or on the page in the browser after the consent.
 */
export type Situation = 'reply' | 'doctor' | 'webhook' | 'consent';

/** Texts for one situation and one kind of failure, where the general text does not fit. */
export type Particular<Text> = Readonly<
  Partial<Record<Situation, Readonly<Partial<Record<PortalFailure['kind'], Text>>>>>
>;

/** Why a list lacks tasks: a heading and one line below it, each at most 75 characters. */
export type SearchTrouble = (portal: SafeText) => { readonly heading: string; readonly line: string };

/** How values are written where a text is shown. */
export type TextFormat = {
  /** Makes foreign text safe. */
  text(foreign: string): SafeText;
  time(epochMs: number): SafeText;
};

/** Plain text: for fields of modals, pages, and others that show text unchanged. Times are in UTC. */
export const plain: TextFormat = {
  text: (foreign) => markSafe(tidy(foreign)),
  time: (epochMs) => markSafe(utc(epochMs)),
};

/**
 * What a text about a failure may name, written in `format`. `about` is what the call was about, for failures that do not
 * say it themselves; its portal may be an address as somebody entered it.
 */
export function factsOf(
  failure: PortalFailure | LinkFailure,
  about: { readonly portal: string; readonly task?: number },
  format: TextFormat,
): FailureFacts {
  const facts: Facts = { portal: hostOf('portal' in failure ? failure.portal : about.portal, format) };
  if (about.task !== undefined) {
    facts.task = about.task;
  }
  switch (failure.kind) {
    case 'invalid-request':
      if (failure.field !== undefined) {
        facts.field = format.text(failure.field);
      }
      setCode(facts, failure.code, format);
      Object.assign(facts, present({ part: refusedPartOf(failure) }));
      break;
    case 'credential-rejected':
      Object.assign(facts, present({ orRights: failure.orRights }));
      break;
    case 'missing-scope':
      facts.scopes = failure.scopes.map(format.text);
      break;
    case 'method-throttled':
      if (failure.resetAt !== undefined) {
        facts.until = format.time(failure.resetAt);
      }
      break;
    case 'portal-fault':
      setCode(facts, failure.code, format);
      break;
    case 'certificate':
      facts.certificate = failure.problem;
      break;
    case 'intermediary-refused':
      facts.status = failure.status;
      break;
    case 'https-required':
      // A redirect to the same host says nothing new.
      if (failure.to !== undefined && hostOf(failure.to, format) !== facts.portal) {
        facts.movedTo = hostOf(failure.to, format);
      }
      break;
    case 'moved':
      facts.movedTo = hostOf(failure.to, format);
      break;
    case 'unexpected':
      setCode(facts, failure.code, format);
      facts.status = failure.status;
      break;
    default:
      break;
  }
  return facts;
}

/**
 * The host of a portal's address, with its port if it has one; "Bitrix24" when it is no address. Nothing else of `address`
 * is shown, because it may hold a webhook's secret.
 */
export function hostOf(address: string, format: TextFormat): SafeText {
  return format.text(URL.canParse(address) ? new URL(address).host : 'Bitrix24');
}

const maxShown = 200;

/** Makes one line of at most 200 characters, without control characters and marks of writing direction. */
export function tidy(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length > maxShown ? `${characters.slice(0, maxShown - 1).join('')}…` : line;
}

/** A point in time in UTC, to the minute, for readers whose time zone is not known. */
export function utc(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The code `none` stands for an answer without a code, and is not shown. */
function setCode(facts: Facts, code: string, format: TextFormat): void {
  if (code !== 'none') {
    facts.code = format.text(code);
  }
}

type Facts = { -readonly [Name in keyof FailureFacts]: FailureFacts[Name] };
