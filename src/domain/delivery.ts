import type { PortalFailure } from './failure.ts';
import type { FileProblem } from './file-problem.ts';
import type { Locale } from './locale.ts';
import type { Person } from './person.ts';
import type { PortalOrigin, TaskId } from './portal.ts';
import type { Secret } from './secret.ts';

/** Where a delivery stands. `accepted` covers everything that waits: its turn, the portal, or a new credential. */
export type DeliveryState = 'accepted' | 'sending' | Outcome['kind'];

/** How a delivery ended. */
export type Outcome =
  /** `takenBack`: its author has deleted it from the chat since. */
  | { readonly kind: 'delivered'; readonly takenBack?: true }
  | { readonly kind: 'refused'; readonly failure: PortalFailure }
  /**
   * `restored`: it waited in a database that was put back from a copy, so it may have gone out since.
   * `chatScopeMissing`: the connection does not allow to look for it in the task's chat.
   */
  | {
      readonly kind: 'unknown';
      readonly failure?: PortalFailure;
      readonly restored?: true;
      readonly chatScopeMissing?: true;
    }
  | { readonly kind: 'expired'; readonly failure?: PortalFailure }
  | { readonly kind: 'cancelled'; readonly by: 'sender' | 'unlink' | 'relink' | 'administrator' };

/**
 * How a sender can be reached about a delivery. Slack accepts five posts to a response URL within 30 minutes of the
 * interaction (`responseUrlUntil`, epoch ms).
 */
export type ReplyRoute = {
  readonly team: string;
  readonly enterprise?: string;
  readonly user: string;
  readonly locale: Locale;
  /**
   * Where the person acted. `threadTs`: the thread they acted in. `rootTs`: the message they acted on, where it has no
   * thread yet.
   */
  readonly place: { readonly channel: string; readonly threadTs?: string; readonly rootTs?: string };
  readonly responseUrl?: Secret;
  readonly responseUrlUntil?: number;
  /** For the readers of the message in Slack that was passed on. */
  readonly announce?: Announcement;
};

/**
 * That a message was passed on, where it stands in Slack: as a mark on it, or as a reply below it. `ts` is the message,
 * `threadTs` the one that its thread began with, where it is in a thread.
 */
export type Announcement = {
  readonly as: 'reaction' | 'reply';
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
};

/**
 * A delivery as people see it: in replies, in what waits, in the history. Times are epoch ms on the storage's clock.
 */
export type Delivery = {
  readonly id: string;
  readonly person: Person;
  readonly portal: PortalOrigin;
  readonly bitrixUserId: string;
  readonly task: TaskId;
  readonly parts: number;
  readonly partsDelivered: number;
  /** Files that were passed over, with their parts; `partsDelivered` counts them too. */
  readonly leftOut?: readonly LeftOut[];
  readonly state: DeliveryState;
  readonly ambiguous: boolean;
  readonly parked: boolean;
  readonly outcome?: Outcome;
  readonly waitingFor?: PortalFailure;
  readonly acceptedAt: number;
  readonly deadlineAt: number;
  readonly nextAttemptAt?: number;
  readonly endedAt?: number;
  readonly hasText: boolean;
};

/** How a delivery stands for people: what its author has deleted again is taken back, whatever it was before. */
export function shownState(delivery: Pick<Delivery, 'state' | 'outcome'>): DeliveryState {
  return isTakenBack(delivery) ? 'cancelled' : delivery.state;
}

/** Whether its author has deleted it from the chat since it was delivered. */
export function isTakenBack({ outcome }: Pick<Delivery, 'outcome'>): boolean {
  return outcome?.kind === 'delivered' && outcome.takenBack === true;
}

/** A file that a delivery went on without. `uncertain`: it may be in the chat all the same, and nobody can look. */
export type LeftOut = { readonly part: number; readonly problem: FileProblem | { readonly kind: 'uncertain' } };

/** How many parts of a delivered message are in the chat; files that were left out are not. */
export function partsThere({ parts, leftOut = [] }: Pick<Delivery, 'parts' | 'leftOut'>): number {
  return parts - leftOut.length;
}

/** What a sender wrote, for telling them which message is meant, and for changing it. Kept as long as the message. */
export type Wording = {
  /** Its first characters, on one line, as bare text. */
  readonly excerpt: string;
  /** The whole of it as Slack's mrkdwn. */
  readonly mrkdwn: string;
  /** The whole of it as a `rich_text` block of Slack's, where that says more than its mrkdwn. */
  readonly rich?: unknown;
};
