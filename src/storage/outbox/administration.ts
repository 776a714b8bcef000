import { z } from 'zod';
import type { Delivery } from '../../domain/delivery.ts';
import type { Person } from '../../domain/person.ts';
import type { SqlValue, Transaction } from '../database.ts';
import { isWaiting, whyNotWaiting } from './cancel.ts';
import type { OutboxContext } from './context.ts';
import { endRows } from './end-rows.ts';
import { type HistoryEntry, historyOf } from './history.ts';
import { createHold } from './hold.ts';
import { lockRows } from './locking.ts';
import { changePerson } from './person-rows.ts';
import { levelOf, portalColumns, portalRow } from './portals.ts';
import { createListParked } from './queries.ts';
import { resumeParked } from './relink.ts';
import { allOpen, columns, deliveryOf, endedStates, row, type StoredRow } from './rows.ts';

/** Where a delivery stands, in an administrator's words: `waiting` for its turn or the portal, `parked` for its sender. */
export const administeredStates = ['waiting', 'parked', 'sending', ...endedStates] as const;

/** One of `administeredStates`. */
export type AdministeredState = (typeof administeredStates)[number];

/** What is to be listed; everything that is left out lists all. */
export type OutboxFilter = {
  /** Without: everything that has not ended. */
  readonly state?: AdministeredState;
  readonly person?: Person;
  readonly portal?: string;
  readonly task?: number;
  readonly limit: number;
};

/** A delivery as an administrator sees it: never its text. Times are epoch ms on the storage's clock. */
export type AdministeredDelivery = {
  readonly delivery: Delivery;
  readonly state: AdministeredState;
  /** Waits for the deliveries before it in its lane. */
  readonly behind: boolean;
  /** Failed attempts in a row. */
  readonly failures: number;
  readonly history: readonly HistoryEntry[];
  /** Which of its replies was made last. */
  readonly reported: string;
  /** When its sender is told next, where something is still to be told. */
  readonly reportAt?: number;
  /** The time now on the same clock. */
  readonly now: number;
};

/** How many deliveries of one portal stand in one state, and when the oldest of them was accepted. */
export type OutboxTally = {
  readonly portal: string;
  readonly state: AdministeredState;
  readonly count: number;
  readonly oldestAgeMs: number;
};

/** `uncertain`: it may have arrived, so its outcome is unknown. `sending`: under way this moment, nothing was done. */
type CancelledByAdministrator = 'cancelled' | 'uncertain' | 'sending' | 'ended' | 'absent';

/**
 * What an administrator may do with deliveries, beside the running service. Every operation rejects when the storage
 * fails. Ids may be shortened to their first letters where only one delivery begins so.
 */
export type OutboxAdministration = {
  /** What is open, oldest first; what has ended, newest first. */
  list(filter: OutboxFilter): Promise<readonly AdministeredDelivery[]>;
  find(id: string): Promise<AdministeredDelivery | 'several' | undefined>;
  /** Ends what waits; its sender is told. */
  cancel(delivery: Delivery): Promise<CancelledByAdministrator>;
  /**
   * Makes due what waits for its next attempt; returns how many. What may have run keeps its time: an early repeat could
   * make a copy.
   */
  retry(filter: { readonly id: string } | { readonly portal: string }): Promise<number>;
  /** Lets what waits for a new credential be tried once more; returns how many there were. */
  release(filter: { readonly person: Person } | { readonly portal: string }): Promise<number>;
  /**
   * Ends everything open as unknown, for its senders to decide, where this database was put back from an older copy: it
   * may have been sent since. Returns how many.
   */
  hold(): Promise<number>;
  /** Everything that is stored, counted. */
  tally(): Promise<readonly OutboxTally[]>;
  /** What has not ended, counted by state. */
  backlog(): Promise<readonly Omit<OutboxTally, 'portal'>[]>;
  /** The emptiest bucket among the portals that were called within ten minutes; `undefined` where none was. */
  fewestTokens(): Promise<number | undefined>;
  /** When a message of this person last arrived. */
  lastDeliveredAt(person: Person): Promise<number | undefined>;
};

/** Creates the administration on the tables of the outbox. */
export function createOutboxAdministration(context: OutboxContext): OutboxAdministration {
  const { database, wake } = context;
  const listParked = createListParked(context);

  return {
    list: async (filter) => {
      const { condition, values } = conditionOf(filter);
      const order = isEnded(filter.state) ? 'ended_at DESC, seq DESC' : 'seq';
      return select(context, `${condition} ORDER BY ${order} LIMIT $${values.length + 1}`, [...values, filter.limit]);
    },
    async find(id) {
      const [exact] = await select(context, 'id = $1', [id]);
      if (exact || !/^[\w-]+$/.test(id)) {
        return exact;
      }
      // To SQLite's LIKE small and capital letters are the same, and to ids they are not.
      const [found, another] = await select(context, 'substr(id, 1, $2) = $1 ORDER BY id LIMIT 2', [id, id.length]);
      return another ? 'several' : found;
    },
    async cancel({ person, id }) {
      const result = await changePerson(context, person, async (transaction) =>
        cancelHeld(transaction, (await lockRows(context, transaction, 'id = $1', [id]))[0]),
      );
      wake();
      return result;
    },
    async retry(filter) {
      const [column, value] = 'id' in filter ? ['id', filter.id] : ['portal', filter.portal];
      const due = await database.query(
        `WITH chosen AS MATERIALIZED (
          SELECT seq AS number FROM outbox WHERE ${column} = $1 AND state = 'delayed' AND ambiguous = 0
          ${database.dialect.skipLocked})
        UPDATE outbox SET not_before = b24task_now() FROM chosen WHERE seq = number RETURNING seq`,
        [value],
      );
      wake();
      return due.length;
    },
    async release(filter) {
      let released = 0;
      for (const { person, account } of await listParked()) {
        if ('portal' in filter ? account.portal !== filter.portal : !isSamePerson(person, filter.person)) {
          continue;
        }
        const sender = [person.tenant, person.user, account.portal, account.userId];
        released += await changePerson(context, person, (transaction) => resumeParked(context, transaction, sender));
      }
      wake();
      return released;
    },
    hold: createHold(context),
    tally: () => tally(context),
    backlog: () => backlog(context),
    fewestTokens: () => fewestTokens(context),
    async lastDeliveredAt({ tenant, user }) {
      const rows = await database.query(
        `SELECT max(ended_at) AS at FROM outbox
        WHERE tenant = $1 AND slack_user = $2 AND ended_at IS NOT NULL AND state = 'delivered'`,
        [tenant, user],
      );
      return lastRow.parse(rows)[0].at ?? undefined;
    },
  };
}

const lastRow = z.tuple([z.object({ at: z.number().nullable() })]);

const nowColumn = z.object({ now: z.number() });

async function select(
  { database }: OutboxContext,
  condition: string,
  values: readonly SqlValue[],
): Promise<readonly AdministeredDelivery[]> {
  const rows = await database.query(`SELECT ${columns}, b24task_now() AS now FROM outbox WHERE ${condition}`, values);
  return rows.map((found) => administered(row.parse(found), nowColumn.parse(found).now));
}

function administered(stored: StoredRow, now: number): AdministeredDelivery {
  return {
    delivery: deliveryOf(stored),
    state: stateOf(stored),
    behind: stored.state === 'behind',
    failures: stored.failures,
    history: historyOf(stored),
    reported: stored.reported,
    ...(stored.report_at === null ? {} : { reportAt: stored.report_at }),
    now,
  };
}

function stateOf({ state }: Pick<StoredRow, 'state'>): AdministeredState {
  return state === 'ready' || state === 'delayed' || state === 'behind' ? 'waiting' : state;
}

function isEnded(state: AdministeredState | undefined): boolean {
  return state !== undefined && state !== 'waiting' && state !== 'parked' && state !== 'sending';
}

function conditionOf({ state, person, portal, task }: OutboxFilter): {
  readonly condition: string;
  readonly values: readonly SqlValue[];
} {
  const conditions: readonly (readonly [string, SqlValue] | undefined)[] = [
    state && state !== 'waiting' ? ['state =', state] : undefined,
    person && ['tenant =', person.tenant],
    person && ['slack_user =', person.user],
    portal === undefined ? undefined : ['portal =', portal],
    task === undefined ? undefined : ['task =', task],
  ];
  const given = conditions.filter((each) => each !== undefined);
  return {
    condition: [
      isEnded(state) ? 'ended_at IS NOT NULL' : allOpen,
      ...(state === 'waiting' ? ["state IN ('ready', 'delayed', 'behind')"] : []),
      ...given.map(([words], index) => `${words} $${index + 1}`),
    ].join(' AND '),
    values: given.map(([, value]) => value),
  };
}

async function cancelHeld(transaction: Transaction, stored: StoredRow | undefined): Promise<CancelledByAdministrator> {
  if (!isWaiting(stored)) {
    return whyNotWaiting(stored);
  }
  await endRows(transaction, [stored], 'administrator');
  return stored.ambiguous === 1 ? 'uncertain' : 'cancelled';
}

function isSamePerson(one: Person, other: Person): boolean {
  return one.tenant === other.tenant && one.user === other.user;
}

const tallyRow = z.object({ portal: z.string(), state: row.shape.state, count: z.number(), oldest: z.number() });

async function tally({ database }: OutboxContext): Promise<readonly OutboxTally[]> {
  const rows = await database.query(
    `SELECT portal, state, count(*) AS count, max(b24task_now() - accepted_at) AS oldest
    FROM outbox GROUP BY portal, state ORDER BY portal, state`,
  );
  const tallies = new Map<string, OutboxTally>();
  for (const found of rows) {
    const { portal, count, oldest, ...stored } = tallyRow.parse(found);
    const state = stateOf(stored);
    const known = tallies.get(`${portal} ${state}`);
    tallies.set(`${portal} ${state}`, {
      portal,
      state,
      count: count + (known?.count ?? 0),
      oldestAgeMs: Math.max(oldest, known?.oldestAgeMs ?? 0),
    });
  }
  return [...tallies.values()];
}

const openStates = ['waiting', 'sending', 'parked'] as const;
const backlogRow = tallyRow.omit({ portal: true });

async function backlog({ database }: OutboxContext): Promise<readonly Omit<OutboxTally, 'portal'>[]> {
  const rows = await database.query(
    `SELECT state, count(*) AS count, max(b24task_now() - accepted_at) AS oldest
    FROM outbox WHERE ${allOpen} GROUP BY state`,
  );
  const found = rows.map((each) => backlogRow.parse(each));
  return openStates.map((state) => {
    const these = found.filter((each) => stateOf(each) === state);
    return {
      state,
      count: these.reduce((sum, { count }) => sum + count, 0),
      oldestAgeMs: Math.max(0, ...these.map(({ oldest }) => oldest)),
    };
  });
}

/** A bucket that was left alone for so long is full by any rate that portals have. */
const lately = 10 * 60_000;

async function fewestTokens(context: OutboxContext): Promise<number | undefined> {
  const rows = await context.database.query(
    `SELECT ${portalColumns} FROM portals WHERE tokens_at > b24task_now() - ${lately}`,
  );
  const levels = rows.map((found) => levelOf(context, portalRow.parse(found)).tokens);
  return levels.length > 0 ? Math.min(...levels) : undefined;
}
