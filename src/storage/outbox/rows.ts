import { z } from 'zod';
import type { LookStage, Progress } from '../../delivery/progress.ts';
import type { Delivery, DeliveryState, Outcome } from '../../domain/delivery.ts';
import type { Person } from '../../domain/person.ts';
import type { PortalOrigin, TaskId } from '../../domain/portal.ts';
import { present } from '../../domain/present.ts';
import { decodeJson, leftOut, outcome, portalFailure, portalOrigin, taskId } from '../codecs.ts';
import { exactly } from '../exactly.ts';

/**
 * Where a row stands. `ready`: first of its lane and due. `delayed`: first of its lane, due at `not_before`. `behind`:
 * waits for the rows before it in its lane. `parked`: waits for a new credential. One row of a lane at most is
 * `ready`, `delayed` or `sending`.
 */
type RowState = 'ready' | 'delayed' | 'behind' | 'parked' | 'sending' | Outcome['kind'];

/** How a row can have ended. */
export const endedStates = ['delivered', 'refused', 'unknown', 'expired', 'cancelled'] as const;

const rowState = exactly<RowState>()(z.enum(['ready', 'delayed', 'behind', 'parked', 'sending', ...endedStates]));

const lookStage = exactly<LookStage>()(z.enum(['soon', 'first', 'second', 'posted', 'posted-again']));

/** The columns of a delivery except its text. Times are epoch ms on the storage's clock. */
const stored = z.object({
  seq: z.number(),
  id: z.string(),
  lane: z.string(),
  tenant: z.string(),
  slack_user: z.string(),
  portal: portalOrigin,
  bitrix_user: z.string(),
  task: taskId,
  state: rowState,
  turn: z.number(),
  parts: z.number(),
  part: z.number(),
  identity_id: z.string(),
  ambiguous: z.number(),
  /** The look that comes next, where one does. */
  look: lookStage.nullable(),
  resends: z.number(),
  /** When the first attempt that may have run was begun; null before the first one. */
  attempt_at: z.number().nullable(),
  /** The files that were passed over; null where none was. */
  left_out: z.string().nullable(),
  failures: z.number(),
  failure: z.string().nullable(),
  not_before: z.number(),
  lease_holder: z.string().nullable(),
  lease_number: z.number().nullable(),
  lease_until: z.number().nullable(),
  accepted_at: z.number(),
  deadline_at: z.number(),
  ended_at: z.number().nullable(),
  outcome: z.string().nullable(),
  /** What became of its attempts (`history.ts`); null until one failed. */
  history: z.string().nullable(),
  reported: z.enum(['none', 'waiting', 'parked', 'final']),
  report_at: z.number().nullable(),
  report_attempts: z.number(),
});

/** One delivery as it is stored, without its text. */
export const row = stored.extend({ has_text: z.coerce.boolean() });

/** One delivery with its encrypted text, while it is kept. */
export const fullRow = row.extend({ payload: z.string().nullable() });

/** The parsed form of `row`. */
export type StoredRow = z.infer<typeof row>;

/** The parsed form of `fullRow`. */
export type FullRow = z.infer<typeof fullRow>;

/** A row before it has its place in the order of acceptance. */
export type UnplacedRow = Omit<StoredRow, 'seq'>;

/** Columns that a new row is written with beside those of which every row has the same at first. */
export type NewColumns = Omit<UnplacedRow, keyof typeof atFirst> & {
  readonly payload: string;
  readonly version: number;
  /** Fingerprint of lane and text. */
  readonly said: string;
};

/** What the tables give to a new row by themselves. */
const atFirst = {
  part: 1,
  ambiguous: 0,
  look: null,
  resends: 0,
  left_out: null,
  failures: 0,
  ended_at: null,
  outcome: null,
  history: null,
  reported: 'none',
  report_attempts: 0,
  has_text: true,
} as const satisfies Partial<UnplacedRow>;

/** A new row as it is read later. */
export function unplacedRow({ payload: _, version: __, said: ___, ...columns }: NewColumns): UnplacedRow {
  return { ...atFirst, ...columns };
}

/**
 * All open rows. It names `deadline_at` so that the index of deadlines serves: that is one of open rows as well, and
 * would be taken for each look-up of a lane or a person if it did not ask for its column (see `migrations.ts`).
 */
export const allOpen = 'ended_at IS NULL AND deadline_at > 0';

/** Columns of `row`. */
export const columns = `${Object.keys(stored.shape).join(', ')}, payload IS NOT NULL AS has_text`;

/** Columns of `fullRow`. */
export const fullColumns = `${columns}, payload`;

/** The lane (ordering key) of one sender, portal and task: its deliveries leave one after another. */
export function laneOf(person: Person, portal: PortalOrigin, task: TaskId): string {
  return `${person.tenant} ${person.user} ${portal} ${task}`;
}

/** The row as people see it. */
export function deliveryOf(stored: UnplacedRow): Delivery {
  const open = stored.ended_at === null;
  return {
    id: stored.id,
    person: personOf(stored),
    portal: stored.portal,
    bitrixUserId: stored.bitrix_user,
    task: stored.task,
    parts: stored.parts,
    partsDelivered: stored.state === 'delivered' ? stored.parts : stored.part - 1,
    ...(stored.left_out === null ? {} : { leftOut: decodeJson(leftOut, stored.left_out) }),
    state: shownState(stored.state),
    ambiguous: stored.ambiguous === 1,
    parked: stored.state === 'parked',
    ...(stored.outcome === null ? {} : { outcome: decodeJson(outcome, stored.outcome) }),
    ...(open && stored.failure !== null ? { waitingFor: decodeJson(portalFailure, stored.failure) } : {}),
    acceptedAt: stored.accepted_at,
    deadlineAt: stored.deadline_at,
    ...(stored.state === 'delayed' ? { nextAttemptAt: stored.not_before } : {}),
    ...present({ endedAt: stored.ended_at }),
    hasText: stored.has_text,
  };
}

/** The part of a row that decides its next step. */
export function progressOf(stored: UnplacedRow, now: number, honoursKey: boolean): Progress {
  return {
    part: stored.part,
    parts: stored.parts,
    identityId: stored.identity_id,
    ambiguous: stored.ambiguous === 1,
    ...present({ look: stored.look }),
    resends: stored.resends,
    attemptedAt: stored.attempt_at ?? stored.accepted_at,
    failures: stored.failures,
    ...(stored.failure === null ? {} : { waitingFor: decodeJson(portalFailure, stored.failure) }),
    now,
    deadlineAt: stored.deadline_at,
    honoursKey,
  };
}

function personOf(stored: UnplacedRow): Person {
  return { tenant: stored.tenant, user: stored.slack_user };
}

function shownState(state: RowState): DeliveryState {
  switch (state) {
    case 'ready':
    case 'delayed':
    case 'behind':
    case 'parked':
      return 'accepted';
    default:
      return state;
  }
}
