import type { Delivery, Outcome, ReplyRoute } from '../domain/delivery.ts';
import type { Loss, Names, References } from '../domain/document.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { Account, Credential } from '../domain/identity.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin, TaskId } from '../domain/portal.ts';
import type { Result } from '../domain/result.ts';
import type { Granted } from '../linking/ports.ts';

/**
 * A message on its way into the outbox. `requests[n]` is the exact JSON body of part n, without any token. `identityId`
 * is the credential that it would go out with: stored before a request leaves, so that a crash is put down to it.
 */
export type NewDelivery = {
  readonly id: string;
  readonly person: Person;
  readonly account: Account;
  readonly identityId: string;
  readonly task: TaskId;
  readonly requests: readonly string[];
  readonly losses: readonly Loss[];
  readonly route: ReplyRoute;
};

/**
 * `accepted`: stored. `parked` tells that the person's credential is known to be broken, so it waits for a new link.
 * `duplicate`: this id is stored already; `same` tells whether with the same task and requests.
 * `said-before`: the person said the same to the task lately, in `delivery`, whatever became of it.
 */
export type Acceptance =
  | { readonly kind: 'accepted'; readonly parked?: PortalFailure }
  | { readonly kind: 'duplicate'; readonly same: boolean }
  | { readonly kind: 'said-before'; readonly delivery: Delivery };

/** One part that the holder of the lease may send now. Its key is `<delivery id>.<part>`, parts counted from 1. */
export type Claim = {
  readonly delivery: Delivery;
  readonly part: number;
  readonly request: string;
  readonly progress: Progress;
  readonly losses: readonly Loss[];
  readonly route: ReplyRoute;
};

/**
 * What decides the next step of the part at hand. `ambiguous`: an attempt of it under `identityId` may have run.
 * `failures` counts the failed attempts in a row that set the waiting time; `now` and `deadlineAt` are epoch ms on the
 * storage's clock; `honoursKey` is what was last seen of the portal.
 */
export type Progress = {
  readonly part: number;
  readonly parts: number;
  readonly identityId: string;
  readonly ambiguous: boolean;
  readonly failures: number;
  readonly waitingFor?: PortalFailure;
  readonly now: number;
  readonly deadlineAt: number;
  readonly honoursKey: boolean;
};

/**
 * What happens to a delivery next; decided by `delivery/state-machine.ts`, carried out by the outbox. `rebind`: due at
 * once under another credential of the same account. `delayMs` is whole; `failures` of `wait` replaces the count.
 */
export type Transition =
  | { readonly kind: 'next-part' }
  | { readonly kind: 'end'; readonly outcome: Outcome }
  | {
      readonly kind: 'wait';
      readonly delayMs: number;
      readonly failures: number;
      readonly ambiguous: boolean;
      readonly failure?: PortalFailure;
    }
  | { readonly kind: 'rebind'; readonly identityId: string }
  | { readonly kind: 'park'; readonly failure: PortalFailure };

/** What the sender must be told. `waiting` comes at most once before `final`; `parked` once per person and portal. */
export type Report = {
  readonly kind: 'waiting' | 'parked' | 'final';
  readonly delivery: Delivery;
  readonly losses: readonly Loss[];
  readonly route: ReplyRoute;
  /** How often it was tried before. */
  readonly attempts: number;
};

/**
 * What carrying a claim taught about its portal: whether it echoed the key, and whether its bucket turned out to be full.
 * `unused`: nothing was tried, so the place that was drawn is given back.
 */
export type PortalObservation = {
  readonly honoursKey?: boolean;
  readonly bucketFull?: boolean;
  readonly unused?: true;
};

/** Decides what becomes of a part without an attempt: its lease ran out, or its deadline passed. */
export type Decide = (progress: Progress) => Transition;

/**
 * The durable table of deliveries. One holder (process) per instance. Every operation rejects when the storage fails.
 *
 * Order: within a lane (person, portal, task) strictly as accepted; between lanes by fair turns of the persons.
 */
export type Outbox = {
  /**
   * Durable when it resolves. Rejects with `StorageUncertainError` when the storage did not confirm the write, so that it
   * may or may not have happened; any other rejection means that nothing was stored. With `unlessSaidWithinMs` nothing is
   * stored either when the person said the same to the task within that time.
   */
  accept(delivery: NewDelivery, unlessSaidWithinMs?: number): Promise<Acceptance>;
  /**
   * Leases at most `limit` heads of lanes that are due and for which their portal's bucket has room, drawing from it.
   * `nextInMs`: when the next one can be due (at most the poll interval).
   */
  claim(limit: number): Promise<{ readonly claims: readonly Claim[]; readonly nextInMs: number }>;
  /**
   * Carries out the transition if this holder still has the lease, and says what is to be reported now.
   * `lost`: the lease ran out and somebody else decides; nothing was written.
   */
  settle(claim: Claim, transition: Transition, observation: PortalObservation): Promise<Settled>;
  /** Extends every lease of this holder. */
  renewLeases(): Promise<void>;
  /** Ends leases of other holders that ran out (the holder died) as `decide` says. With `all`, every lease: for a lone process at its start. */
  recoverLeases(decide: Decide, options?: { readonly all: boolean }): Promise<readonly Report[]>;
  /** Ends what waits past its deadline as `decide` says. */
  expire(decide: Decide): Promise<readonly Report[]>;

  /** Takes back one waiting delivery of this person. */
  cancel(person: Person, id: string): Promise<'cancelled' | 'sending' | 'ambiguous' | 'ended' | 'absent'>;
  /** Ends everything of this person that waits: cancelled, or unknown where an attempt may have run. Reports are due. */
  cancelAll(person: Person, by: 'unlink' | 'relink'): Promise<number>;
  /** After linking: parked deliveries of the same account go on at once, those of another account are cancelled. */
  relink(person: Person, account: Account): Promise<{ readonly resumed: number; readonly cancelled: number }>;
  /** For whom something waits for a new credential, and which ones were refused. */
  listParked(): Promise<readonly Parked[]>;
  /** Deletes every trace of this person. */
  forget(person: Person): Promise<number>;

  find(person: Person, id: string): Promise<Delivery | undefined>;
  /** What waits or is being sent, oldest first. */
  listOpen(person: Person): Promise<readonly Delivery[]>;
  /** What ended, newest first. */
  listEnded(person: Person, limit: number): Promise<readonly Delivery[]>;
  /** The message of a delivery, while its text is kept, for sending it again or once more. */
  contentOf(
    person: Person,
    id: string,
  ): Promise<Pick<NewDelivery, 'account' | 'task' | 'requests' | 'losses'> | undefined>;

  /** Takes reports that are due (waiting notices, and final ones that were not made), each for a while. */
  claimReports(limit: number): Promise<readonly Report[]>;
  /** Notes that a report was made, or when to try it again. */
  settleReport(report: Report, result: { readonly made: true } | { readonly retryInMs: number }): Promise<void>;

  /** Counts for metrics and for the doctor. */
  count(): Promise<{ readonly waiting: number; readonly sending: number; readonly parked: number }>;
};

/** Somebody with parked deliveries to one account, and the id of the credential that was refused. */
export type Parked = {
  readonly person: Person;
  readonly account: Pick<Account, 'portal' | 'userId'>;
  readonly identityId: string;
};

export type Settled = { readonly kind: 'written'; readonly report?: Report } | { readonly kind: 'lost' };

/** The storage did not confirm a write: it may or may not have happened. */
export class StorageUncertainError extends Error {
  override readonly name = 'StorageUncertainError';
}

/** One attempt of one part. `leaveWithinMs`: if the request has not left by then, the attempt is given up. */
export type Attempt = {
  readonly credential: Credential;
  readonly key: string;
  readonly request: string;
  readonly leaveWithinMs: number;
};

/**
 * What came of one attempt. `left` tells whether the request can have reached the portal; `sinceLeftMs` how long ago
 * it left; `honoursKey` whether the answer echoed the key (absent when there was no answer).
 */
export type AttemptResult =
  | { readonly kind: 'delivered'; readonly honoursKey: boolean }
  | { readonly kind: 'key-reused' }
  | {
      readonly kind: 'failed';
      readonly failure: PortalFailure;
      readonly left: boolean;
      readonly sinceLeftMs: number;
      readonly honoursKey?: boolean;
    };

/** Carries one part to its portal: exactly one attempt, never a retry of its own. */
export type Messenger = {
  send(attempt: Attempt): Promise<AttemptResult>;
};

/** Tells the sender. `again`: it could not be made now; `impossible`: there is no way left to reach them. */
export type Reporter = {
  /** `title`: what the task is called, where its sender may read that. */
  report(report: Report, title?: string): Promise<'made' | 'again' | 'impossible'>;
};

/** Room in a portal's bucket for calls that a person waits for; deliveries draw when they are claimed. */
export type Pacer = {
  /** Takes one place, or says in how many ms there is one. */
  draw(portal: PortalOrigin): Promise<{ readonly waitMs: number }>;
  /** The portal said that its bucket is full. */
  markFull(portal: PortalOrigin): Promise<void>;
  /** Places left now, of `burst`. */
  headroom(
    portal: PortalOrigin,
  ): Promise<{ readonly left: number; readonly burst: number; readonly perSecond: number }>;
};

/** What was last seen of a portal; nothing while it is not known yet. */
export type PortalMemory = {
  honoursKey(portal: PortalOrigin): Promise<boolean | undefined>;
};

/** What a portal says of a link. `taskChat`: the method that sends is there for this credential. */
export type PortalAnswers = {
  readonly account: Result<Granted, PortalFailure>;
  readonly taskChat: Result<true, PortalFailure>;
};

/** Looks up what references in a document are called. Never fails: what is not known in time is left out. */
export type NameDirectory = {
  resolve(
    references: References,
    context: { readonly person: Person; readonly portal: PortalOrigin; readonly route: ReplyRoute },
  ): Promise<Names>;
};

/** What happens to deliveries, for the log and the metrics. */
export type DeliveryEvents = {
  accepted(delivery: Pick<Delivery, 'id' | 'person' | 'portal' | 'task'>): void;
  stepped(delivery: Delivery, part: number, step: string, failure: PortalFailure | undefined): void;
  reported(delivery: Delivery, kind: Report['kind'], result: 'made' | 'again' | 'impossible'): void;
};
