import type { Delivery, LeftOut, Outcome, ReplyRoute, Wording } from '../domain/delivery.ts';
import type { Loss } from '../domain/document.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { FileReference } from '../domain/file-reference.ts';
import type { NewDelivery } from './ports.ts';

/** One part that the holder of the lease may send now. Its key is `<delivery id>.<part>`. */
export type Claim = {
  readonly delivery: Delivery;
  /** Counted from 1. */
  readonly part: number;
  readonly content: PartContent;
  readonly progress: Progress;
  readonly files?: readonly FileReference[];
  readonly losses: readonly Loss[];
  readonly wording?: Wording;
  readonly route: ReplyRoute;
};

/** What a part is: the exact JSON body of a text, or a file that is read when it goes out. */
export type PartContent =
  | { readonly kind: 'text'; readonly request: string }
  | { readonly kind: 'file'; readonly file: FileReference };

/** The parts of a message: its texts, then its files. */
export function partsOf({ requests, files = [] }: Pick<NewDelivery, 'requests' | 'files'>): readonly PartContent[] {
  return [
    ...requests.map((request) => ({ kind: 'text', request }) as const),
    ...files.map((file) => ({ kind: 'file', file }) as const),
  ];
}

/**
 * When the chat is looked at for the current part. `soon`: it may be there already. `first` and `second`: so late that
 * what is not there did not run. `posted` and `posted-again`: the portal has said that it is there.
 */
export type LookStage = 'soon' | 'first' | 'second' | 'posted' | 'posted-again';

/** The state that decides the next step of the current part. */
export type Progress = {
  /** Counted from 1. */
  readonly part: number;
  readonly parts: number;
  readonly identityId: string;
  /** A delivery goes on without a file, and not without a text. Not known of a part that nobody has claimed. */
  readonly isFile?: boolean;
  /** Whether an attempt of this part may have run. */
  readonly ambiguous: boolean;
  /** The look that decides, where one does. */
  readonly look?: LookStage;
  /** How often it went out anew because it was surely not there. */
  readonly resends: number;
  /** When the first attempt that may have run was begun, or the last one where none may: epoch ms, the storage's clock. */
  readonly attemptedAt: number;
  /** Failed attempts in a row; they set the waiting time. */
  readonly failures: number;
  readonly waitingFor?: PortalFailure;
  /** Epoch ms on the storage's clock. */
  readonly now: number;
  /** Epoch ms on the storage's clock. */
  readonly deadlineAt: number;
  /** Whether the portal honoured idempotency keys when it last answered. */
  readonly honoursKey: boolean;
};

/**
 * The next step of a delivery; decided by `delivery/state-machine.ts`, carried out by the outbox. `rebind`: due at
 * once under another credential of the same account. `delayMs` is whole; `failures` of `wait` replaces the count.
 */
export type Transition =
  | ({ readonly kind: 'next-part' } & PartEnd)
  | ({ readonly kind: 'end'; readonly outcome: Outcome } & PartEnd)
  | {
      readonly kind: 'wait';
      readonly delayMs: number;
      readonly failures: number;
      readonly ambiguous: boolean;
      readonly failure?: PortalFailure;
      /** What comes next is a look. */
      readonly look?: LookStage;
    }
  /** The part is surely not there: it goes out as if it had never been sent. */
  | { readonly kind: 'resend' }
  | { readonly kind: 'rebind'; readonly identityId: string }
  | { readonly kind: 'park'; readonly failure: PortalFailure };

/** Decides what becomes of a part without an attempt: its lease ran out, or its deadline passed. */
export type Decide = (progress: Progress) => Transition;

/** The message in the task's chat that the part is, where that is known; or why the part was passed over. */
type PartEnd = { readonly chatMessage?: string; readonly leftOut?: LeftOut['problem'] };
