import { z } from 'zod';
import type { Outbox } from '../../delivery/ports.ts';
import type { Account } from '../../domain/identity.ts';
import type { Person } from '../../domain/person.ts';
import type { PortalOrigin } from '../../domain/portal.ts';
import { portalOrigin } from '../codecs.ts';
import type { Transaction } from '../database.ts';
import { DecryptionError } from '../encryption/cipher.ts';
import { moveMessages } from './chat-messages.ts';
import type { OutboxContext } from './context.ts';
import { lockRows } from './locking.ts';
import { contentVersion, rebindPayload } from './payload.ts';
import { changePerson, ofPerson } from './person-rows.ts';
import { addPortals, turnOf } from './portals.ts';
import { type FullRow, fullColumns, fullRow, laneOf, type StoredRow } from './rows.ts';
import { chunked, parameters } from './sql.ts';
import { storageNow, writeRows } from './transition.ts';

/** Texts are long, and each is decrypted and encrypted: so many are in memory at once. */
const textsAtOnce = 50;

const ofUser = `${ofPerson} AND bitrix_user = $3`;
const originRow = z.object({ portal: portalOrigin });
const laneRow = z.object({ lane: z.string() });

/** `Outbox.earlierPortals`: two statements, so that each finds its rows by an index. */
export function createEarlierPortals({ database }: OutboxContext): Outbox['earlierPortals'] {
  const text = `SELECT DISTINCT portal FROM outbox WHERE ${ofUser} AND portal <> $4 AND ended_at`;
  return async ({ tenant, user }, { userId, portal }) => {
    const values = [tenant, user, userId, portal];
    const open = await database.query(`${text} IS NULL`, values);
    const ended = await database.query(`${text} IS NOT NULL`, values);
    return [...new Set([...open, ...ended].map((found) => originRow.parse(found).portal))];
  };
}

/** `Outbox.move`: one commit per lane and per batch of ended rows, each of which stands for itself. */
export function createMove(context: OutboxContext): Outbox['move'] {
  return async (person, from, account) => {
    let moved = 0;
    for (const lane of await openLanes(context, person, from, account)) {
      moved += await changePerson(context, person, (transaction) => moveLane(context, transaction, lane, account));
    }
    await moveEnded(context, person, from, account);
    if (moved > 0) {
      context.wake();
    }
    return moved;
  };
}

async function openLanes(
  { database }: OutboxContext,
  { tenant, user }: Person,
  from: PortalOrigin,
  { userId }: Account,
): Promise<readonly string[]> {
  const rows = await database.query(
    `SELECT DISTINCT lane FROM outbox WHERE ${ofUser} AND portal = $4 AND ended_at IS NULL ORDER BY lane`,
    [tenant, user, userId, from],
  );
  return rows.map((found) => laneRow.parse(found).lane);
}

async function moveLane(
  context: OutboxContext,
  transaction: Transaction,
  lane: string,
  account: Account,
): Promise<number> {
  const inLane = 'lane = $1 AND ended_at IS NULL';
  const here = await lockRows(context, transaction, inLane, [lane]);
  const leaving = here.filter((stored) => stored.bitrix_user === account.userId);
  const [first] = leaving;
  if (!first || here.some(({ state }) => state === 'sending')) {
    return 0;
  }
  await addPortals(context, transaction, [account.portal]);
  const there = await lockRows(context, transaction, inLane, [laneIn(first, account)]);
  const moved = await bindRows(context, transaction, leaving, account);
  const now = await storageNow(transaction);
  writeRows(transaction, inOneLane(there, leaving.filter(({ seq }) => moved.has(seq)).map(dueAt(now))));
  return moved.size;
}

/** The old address is not what it waits for any more. What may have been sent, or is parked, is decided elsewhere. */
function dueAt(now: number): (stored: StoredRow) => StoredRow {
  return (stored) =>
    stored.ambiguous === 1 || stored.state === 'parked'
      ? stored
      : { ...stored, state: 'behind', failures: 0, failure: null, not_before: now };
}

/**
 * The open rows of two lanes as rows of one. What is being sent, or may have been sent and waits to be asked about,
 * stays at the head; else what was accepted first.
 */
function inOneLane(there: readonly StoredRow[], moved: readonly StoredRow[]): readonly StoredRow[] {
  const rows = [...there, ...moved].toSorted((one, other) => one.seq - other.seq);
  const isUnderWay = ({ state, ambiguous }: StoredRow) =>
    state === 'sending' || (state === 'delayed' && ambiguous === 1);
  const head = rows.find(isUnderWay) ?? rows[0];
  return rows.map((stored) => {
    if (stored.state === 'parked') {
      return stored;
    }
    if (stored !== head) {
      return { ...stored, state: 'behind' };
    }
    return stored.state === 'behind' ? { ...stored, state: 'ready' } : stored;
  });
}

async function moveEnded(context: OutboxContext, person: Person, from: PortalOrigin, account: Account): Promise<void> {
  const condition = `seq IN (SELECT seq FROM outbox WHERE ${ofUser} AND ended_at IS NOT NULL AND portal = $4
    AND seq > $5 ORDER BY seq LIMIT ${textsAtOnce})`;
  let after = 0;
  for (;;) {
    const last = await changePerson(context, person, async (transaction) => {
      const values = [person.tenant, person.user, account.userId, from, after];
      const rows = await lockRows(context, transaction, condition, values);
      await bindRows(context, transaction, rows, account);
      return rows.at(-1)?.seq;
    });
    if (last === undefined) {
      return;
    }
    after = last;
  }
}

/**
 * Binds locked rows to the account, their texts with them; turns begin anew, as each portal counts its own. Gives the
 * numbers of the rows that were bound: one whose text cannot be read stays as it is.
 */
async function bindRows(
  context: OutboxContext,
  transaction: Transaction,
  rows: readonly StoredRow[],
  account: Account,
): Promise<ReadonlySet<number>> {
  const turn = await turnOf(transaction, account.portal);
  const bound = new Set<number>();
  for (const part of chunked(rows, textsAtOnce)) {
    const numbers = part.map(({ seq }) => seq);
    const found = await transaction.query(
      `SELECT ${fullColumns} FROM outbox WHERE seq IN (${parameters(numbers.length)}) ORDER BY seq`,
      numbers,
    );
    for (const stored of found.map((each) => fullRow.parse(each))) {
      if (await bindRow(context, transaction, stored, account, turn + bound.size)) {
        bound.add(stored.seq);
      }
    }
  }
  return bound;
}

async function bindRow(
  { cipher, log }: OutboxContext,
  transaction: Transaction,
  stored: FullRow,
  account: Account,
  turn: number,
): Promise<boolean> {
  const { portal } = account;
  const lane = laneIn(stored, account);
  try {
    const { payload, said } = rebindPayload(cipher, stored, { portal, lane });
    await transaction.query(
      'UPDATE outbox SET portal = $2, lane = $3, turn = $4, payload = $5, said = $6, version = $7 WHERE seq = $1',
      [stored.seq, portal, lane, turn, payload, said, contentVersion],
    );
    await moveMessages(transaction, stored.id, portal);
    return true;
  } catch (error) {
    if (!(error instanceof DecryptionError)) {
      throw error;
    }
    log.error({ error, delivery: stored.id }, 'A delivery cannot go along with its portal: it cannot be read');
    return false;
  }
}

function laneIn({ tenant, slack_user: user, task }: StoredRow, { portal }: Account): string {
  return laneOf({ tenant, user }, portal, task);
}
