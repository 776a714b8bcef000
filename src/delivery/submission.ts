import type { Delivery, ReplyRoute } from '../domain/delivery.ts';
import type { Document, Loss } from '../domain/document.ts';
import type { AcceptFailure, PortalFailure } from '../domain/failure.ts';
import type { FileReference } from '../domain/file-reference.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin, TaskId } from '../domain/portal.ts';

/** The task as the sender gave it. A link names its portal, which must be the linked one. */
export type TaskReference =
  | { readonly kind: 'number'; readonly task: TaskId }
  | { readonly kind: 'link'; readonly portal: PortalOrigin; readonly task: TaskId };

/**
 * One thing that a person did in Slack: the trigger id of a command or shortcut, or the id of a submitted view, within
 * its organisation or workspace. The same interaction handed over twice is one delivery.
 */
export type InteractionKey = { readonly scope: string; readonly handle: string };

/** A message of several posts, some of which may be left out. */
export type Shortening = {
  /** How many may be, at the most. */
  readonly most: number;
  /** One of them as it stands in the message; 0 is the first one to go. */
  readonly pieceOf: (post: number) => Document;
  /** The message without so many of them, and what of the rest cannot be carried over. It says itself how many they are. */
  readonly leaveOut: (posts: number) => Pick<Submission, 'document' | 'losses' | 'files'>;
};

/** A message that a person asked to send. */
export type Submission = {
  readonly interactionKey: InteractionKey;
  readonly person: Person;
  readonly task: TaskReference;
  readonly document: Document;
  readonly losses: readonly Loss[];
  /** Files that go along, each after the text, in this order. */
  readonly files?: readonly FileReference[];
  /** The part of it that tells which message it is, where it begins with who wrote it and when. */
  readonly gist?: Document;
  /** How it becomes shorter where it is too long. */
  readonly shortening?: Shortening;
  /** All of it as the person typed it, in Slack's mrkdwn; absent where more than typed text belongs to it. */
  readonly typed?: string;
  readonly route: ReplyRoute;
  /** The person knows that they said the same a moment ago. */
  readonly sayAgain: boolean;
};

/**
 * `accepted`: stored, and nothing can lose it now. `said-before`: nothing stored; the person is asked, and answers with
 * a resend of `delivery` under `nonce`. `duplicate`: this very interaction was accepted earlier; nothing more to say.
 */
export type Accepted =
  | {
      readonly kind: 'accepted';
      readonly id: string;
      readonly portal: PortalOrigin;
      readonly task: TaskId;
      readonly bitrixUserId: string;
      readonly parked?: PortalFailure;
    }
  | { readonly kind: 'duplicate'; readonly id: string }
  | { readonly kind: 'said-before'; readonly delivery: Delivery; readonly nonce: string }
  | { readonly kind: 'failed'; readonly failure: AcceptFailure };

/** Takes a message for sending. Every message comes in through this one function. */
export type Accept = (submission: Submission) => Promise<Accepted>;

/**
 * Sends a delivery again as a new one, or once more where the first still waits. The new id derives from the old one
 * and `nonce`, so that a double click is one delivery. `gone`: there is no such delivery of this person, or its text is
 * not kept any more.
 */
export type Resend = (request: {
  readonly person: Person;
  readonly id: string;
  readonly nonce: string;
  readonly route: ReplyRoute;
}) => Promise<Accepted | { readonly kind: 'gone' }>;
