import type { Delivery, ReplyRoute, Wording } from '../domain/delivery.ts';
import type { Loss, Names, References } from '../domain/document.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { FileProblem } from '../domain/file-problem.ts';
import type { FileReference } from '../domain/file-reference.ts';
import type { Account, Credential, Identity } from '../domain/identity.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin, TaskId } from '../domain/portal.ts';
import type { Result } from '../domain/result.ts';
import type { Granted } from '../linking/ports.ts';
import type { Claim, Decide, Transition } from './progress.ts';
import type { Accounted } from './task-chat.ts';

/** A message on its way into the outbox. */
export type NewDelivery = {
  readonly id: string;
  readonly person: Person;
  readonly account: Account;
  /** The credential it would go out with: stored before a request leaves, so that a crash is attributed to it. */
  readonly identityId: string;
  readonly task: TaskId;
  /** The exact JSON body of each part, without any token. */
  readonly requests: readonly string[];
  /** Go into the chat after the texts, each as a part of its own. */
  readonly files?: readonly FileReference[];
  readonly losses: readonly Loss[];
  readonly wording?: Wording;
  readonly route: ReplyRoute;
};

/** What of a delivery goes into one that repeats it. */
type DeliveryContent = Pick<NewDelivery, 'account' | 'task' | 'requests' | 'files' | 'losses' | 'wording'> &
  Pick<ReplyRoute, 'announce'>;

/**
 * `accepted`: stored. `parked` tells that the person's credential is known to be broken, so it waits for a new link.
 * `duplicate`: this id is stored already; `same` tells whether with the same task and requests.
 * `said-before`: the person said the same to the task lately, in `delivery`, whatever became of it.
 * `too-many`: nothing stored, because so many messages of the person wait for that portal already.
 */
export type Acceptance =
  | { readonly kind: 'too-many'; readonly most: number }
  | { readonly kind: 'accepted'; readonly parked?: PortalFailure }
  | { readonly kind: 'duplicate'; readonly same: boolean }
  | { readonly kind: 'said-before'; readonly delivery: Delivery };

/** What the sender must be told. `waiting` comes at most once before `final`; `parked` once per person and portal. */
export type Report = {
  readonly kind: 'waiting' | 'parked' | 'final';
  readonly delivery: Delivery;
  /** Its files, in the order of their parts, which are the last ones. */
  readonly files?: readonly FileReference[];
  readonly losses: readonly Loss[];
  readonly wording?: Wording;
  readonly route: ReplyRoute;
  /** How often it was tried before. */
  readonly attempts: number;
};

/** Which report it is. */
export type ReportKey = Pick<Report, 'kind'> & { readonly delivery: Pick<Delivery, 'id' | 'person'> };

/** What an attempt revealed about its portal. */
export type PortalObservation = {
  /** Whether the answer echoed the idempotency key. */
  readonly honoursKey?: boolean;
  /** Whether the portal said that its bucket is full. */
  readonly bucketFull?: boolean;
  /** No request was tried, so the slot that was drawn is given back. */
  readonly unused?: true;
};

/**
 * The durable table of deliveries. One holder (process) per instance. Every operation rejects when the storage fails.
 *
 * A lane is an ordering key (person, portal, task). Order: within a lane strictly as accepted; between lanes by fair
 * turns of the persons.
 */
export type Outbox = {
  /**
   * Durable when it resolves. Rejects with `StorageUncertainError` when the storage did not confirm the write, so that
   * it may or may not have happened; any other rejection means that nothing was stored. With `unlessSaidWithinMs`
   * nothing is stored either when the person said the same to the task within that time.
   */
  accept(delivery: NewDelivery, unlessSaidWithinMs?: number): Promise<Acceptance>;
  /**
   * Leases at most `limit` heads of lanes that are due and for which their portal's bucket has room, drawing from it.
   * `nextInMs`: when the next one can be due (at most the poll interval).
   */
  claim(limit: number): Promise<{ readonly claims: readonly Claim[]; readonly nextInMs: number }>;
  /**
   * From now on, what can leave at once is claimed by the commit that accepts it, for as many slots as `reserve` gives
   * away; with `undefined`, nothing is any more.
   */
  claimAtOnce(reserve: ReserveSlots | undefined): void;
  /**
   * Carries out the transition if this holder still has the lease, and says what is to be reported now.
   * `lost`: the lease ran out and somebody else decides; nothing was written.
   */
  settle(claim: Claim, transition: Transition, observation: PortalObservation): Promise<Settled>;
  /** What else its author has in the chat of the task of a claim, since the claim's first attempt. */
  accountedFor(claim: Claim): Promise<Accounted>;
  /** Extends every lease of this holder. */
  renewLeases(): Promise<void>;
  /**
   * Ends leases of other holders that ran out (the holder died) as `decide` says. With `all`, every lease: for startup
   * with one process.
   */
  recoverLeases(decide: Decide, options?: { readonly all: boolean }): Promise<readonly Report[]>;
  /** Ends what waits past its deadline as `decide` says. */
  expire(decide: Decide): Promise<readonly Report[]>;

  /** Takes back one waiting delivery of this person. */
  cancel(person: Person, id: string): Promise<'cancelled' | 'sending' | 'ambiguous' | 'ended' | 'absent'>;
  /** Ends all of this person that waits: cancelled, or unknown where an attempt may have run. Reports are due. */
  cancelAll(person: Person, by: 'unlink' | 'relink'): Promise<number>;
  /** After linking: parked deliveries of the same account go on at once, those of another account are cancelled. */
  relink(person: Person, account: Account): Promise<{ readonly resumed: number; readonly cancelled: number }>;
  /** Other portals that deliveries of this person, open or ended, are bound to as this Bitrix24 user. */
  earlierPortals(person: Person, account: Account): Promise<readonly PortalOrigin[]>;
  /**
   * The portal is the same one at another address: what this person said there as this very user is bound to the
   * account from now on. Ids, keys, texts and order stay; what waited for the old address is due at once. A lane of
   * which something is being sent stays until that has come back. Harmless when repeated. Gives how many wait among
   * those that were moved.
   */
  move(person: Person, from: PortalOrigin, account: Account): Promise<number>;
  /** For whom something waits for a new credential, and which ones were refused. */
  listParked(): Promise<readonly Parked[]>;
  /** Deletes every trace of this person. */
  forget(person: Person): Promise<number>;

  /** Whether anything of this lane (person, portal, task) has been delivered, as far as it is remembered. */
  hasDelivered(lane: Pick<Delivery, 'person' | 'portal' | 'task'>): Promise<boolean>;
  /** The messages of the chat that parts of this delivery were found as, by the number of the part. */
  foundAs(person: Person, id: string): Promise<ReadonlyMap<number, string>>;
  /** What this delivery had put into the chat of its task was deleted there again. */
  noteTakenBack(person: Person, id: string): Promise<void>;

  find(person: Person, id: string): Promise<Delivery | undefined>;
  /** Deliveries that wait or are being sent, oldest first. */
  listOpen(person: Person): Promise<readonly Delivery[]>;
  /** Ended deliveries, newest first. */
  listEnded(person: Person, limit: number): Promise<readonly Delivery[]>;
  /** The message of a delivery, while its text is kept, for sending it again or once more. */
  contentOf(person: Person, id: string): Promise<DeliveryContent | undefined>;
  /** The wordings of deliveries of this person by their ids, of those whose text is kept. */
  wordingsOf(person: Person, ids: readonly string[]): Promise<ReadonlyMap<string, Wording>>;

  /** Takes reports that are due (waiting notices, and final ones that were not made), each for a while. */
  claimReports(limit: number): Promise<readonly Report[]>;
  /** Notes that a report was made, or when to try it again. */
  settleReport(report: ReportKey, result: { readonly made: true } | { readonly retryInMs: number }): Promise<void>;

  /** Counts for metrics and for the doctor. */
  count(): Promise<{ readonly waiting: number; readonly sending: number; readonly parked: number }>;
};

/** Keeps at most `most` slots free for claims; perhaps none. */
export type ReserveSlots = (most: number) => ReservedSlots;

/** Slots that are kept free until `begin`, which comes once, with no more claims than there are slots. */
export type ReservedSlots = { readonly count: number; begin(claims: readonly Claim[]): void };

/** Somebody with parked deliveries to one account, and the id of the credential that was refused. */
export type Parked = {
  readonly person: Person;
  readonly account: Pick<Account, 'portal' | 'userId'>;
  readonly identityId: string;
};

/** The result of `settle`: the report that is due now, or that the lease was lost. */
export type Settled =
  | {
      readonly kind: 'written';
      readonly report?: Report;
      /** Something may be due now, or soon: another step of this delivery, or the next one of its lane. */
      readonly isMoreDue: boolean;
    }
  | { readonly kind: 'lost' };

/** The storage did not confirm a write: it may or may not have happened. */
export class StorageUncertainError extends Error {
  override readonly name = 'StorageUncertainError';
}

/** One attempt of one part. */
export type Attempt = {
  readonly credential: Credential;
  readonly key: string;
  readonly request: string;
  /** If the request has not left by then, the attempt is given up. */
  readonly leaveWithinMs: number;
};

/** The result of one attempt. */
export type AttemptResult =
  | { readonly kind: 'delivered'; readonly honoursKey?: boolean; readonly chatMessage?: string }
  /** The file is surely not in the chat, and trying again would not help. */
  | { readonly kind: 'left-out'; readonly problem: FileProblem }
  /** The file could not be read now. */
  | { readonly kind: 'not-read'; readonly problem: FileProblem; readonly afterMs: number }
  | { readonly kind: 'key-reused' }
  | {
      readonly kind: 'failed';
      readonly failure: PortalFailure;
      /** Whether the request can have reached the portal. */
      readonly left: boolean;
      /** How long ago the request left. */
      readonly sinceLeftMs: number;
      /** Whether the answer echoed the key; absent when there was no answer. */
      readonly honoursKey?: boolean;
    };

/** Carries one part to its portal: exactly one attempt, never a retry of its own. */
export type Messenger = {
  send(attempt: Attempt): Promise<AttemptResult>;
};

/** Deletes messages from the chats of tasks. */
export type ChatRemover = {
  /**
   * Deletes a message of the credential's own user. `not-allowed`: the portal lets nobody delete it any more, or it is
   * not there; it does not say which.
   */
  remove(request: {
    readonly credential: Credential;
    readonly messageId: string;
    readonly withinMs: number;
  }): Promise<Result<'removed' | 'not-allowed', PortalFailure>>;
};

/**
 * What came of telling somebody. `again`: it could not be done now; `againInMs`: nor before that. `impossible`: there
 * is no way left to reach them.
 */
export type Told = 'made' | 'impossible' | 'again' | { readonly againInMs: number };

/** Of a sender who is told: what the task is called, where they may read that, and who they are in Bitrix24. */
export type SenderKnown = { readonly title?: string; readonly identity?: Identity };

/** Tells the sender. */
export type Reporter = {
  report(report: Report, known?: SenderKnown): Promise<Told>;
  /**
   * One notice for many messages of one sender that wait; it goes the way of `latest`. `waiting`: how many wait in all.
   */
  reportMany(latest: Report, waiting: number): Promise<Told>;
};

/** Room in a portal's bucket for calls that a person waits for; deliveries draw when they are claimed. */
export type Pacer = {
  /**
   * Takes one slot, or says in how many ms there is one. `yields`: of those that people ask for again and again, where
   * room is short and messages wait, one goes for each message.
   */
  draw(portal: PortalOrigin, options?: { readonly yields?: boolean }): Promise<{ readonly waitMs: number }>;
  /** The portal has answered a person's question as Bitrix24 does: from now on it is remembered. */
  prove(portal: PortalOrigin): Promise<void>;
  /** The portal said that its bucket is full. */
  markFull(portal: PortalOrigin): Promise<void>;
  /** Slots left now, of `burst`. */
  headroom(
    portal: PortalOrigin,
  ): Promise<{ readonly left: number; readonly burst: number; readonly perSecond: number }>;
};

/** Remembers what portals last answered. */
export type PortalMemory = {
  /** Whether the portal honours idempotency keys; `undefined` until it is known. */
  honoursKey(portal: PortalOrigin): Promise<boolean | undefined>;
};

/** What a portal says of a link. */
export type PortalAnswers = {
  readonly account: Result<Granted, PortalFailure>;
  /** The method that sends is there for this credential. */
  readonly taskChat: Result<true, PortalFailure>;
};

/** Looks up what references in a document are called. Never fails: what is not known in time is left out. */
export type NameDirectory = {
  resolve(
    references: References,
    context: { readonly person: Person; readonly portal: PortalOrigin; readonly route: ReplyRoute },
  ): Promise<Names>;
  /** What stands for all references where nobody could be asked. */
  unresolved(route: ReplyRoute): Names;
};

/** Events of deliveries, for the log and the metrics. */
export type DeliveryEvents = {
  accepted(delivery: Pick<Delivery, 'id' | 'person' | 'portal' | 'task'>): void;
  /** Nothing was stored; `reason` is the kind of what its sender was told. */
  refused(reason: string): void;
  stepped(delivery: Delivery, part: number, step: string, failure: PortalFailure | undefined): void;
  /** Another process decides: the outcome came after the lease had ended. */
  leaseLost(delivery: Delivery): void;
  reported(delivery: Delivery, kind: Report['kind'], result: 'made' | 'again' | 'impossible'): void;
};
