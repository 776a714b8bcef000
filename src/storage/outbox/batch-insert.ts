import { z } from 'zod';
import type { Acceptance, NewDelivery } from '../../delivery/ports.ts';
import { partsOf } from '../../delivery/progress.ts';
import type { PortalOrigin } from '../../domain/portal.ts';
import { decodeJson, portalFailure } from '../codecs.ts';
import type { Transaction } from '../database.ts';
import type { OutboxTiming } from './context.ts';
import { contentVersion } from './payload.ts';
import type { NewColumns } from './rows.ts';
import { chunked, parameters, type ValuesList, valuesList } from './sql.ts';

/**
 * So many messages of a person may wait for a portal, give or take what one commit takes in: more than anybody writes
 * by hand, and few enough that nobody fills the storage.
 */
export const maxWaiting = 500;

/** A delivery to be stored, with its text encrypted. */
export type Entry = {
  readonly delivery: NewDelivery;
  readonly lane: string;
  readonly payload: string;
  /** Fingerprint of lane and text. */
  readonly said: string;
  /** It is not taken in when the same was said in its lane within this time. */
  readonly unlessSaidWithinMs: number | undefined;
};

/** The stored state around a new delivery. */
export type InsertContext = {
  readonly entry: Entry;
  readonly now: number;
  readonly stored: boolean;
  /** Which delivery said the same lately. */
  readonly saidIn: string | undefined;
  readonly isBehind: boolean;
  /** The turn after the person's last open delivery on that portal. */
  readonly ownTurn: number;
  readonly portalTurn: number | undefined;
  readonly parkedFor: string | undefined;
  /** As many as may wait for that portal do. */
  readonly isFull: boolean;
};

const lookup = z.object({
  now: z.number(),
  stored: z.number().nullable(),
  said_in: z.string().nullable(),
  ahead: z.number().nullable(),
  own_turn: z.number().nullable(),
  portal_turn: z.number().nullable(),
  parked_for: z.string().nullable(),
  too_many: z.number().nullable(),
});

/** Reads what surrounds new deliveries, in their order. */
export async function readInsertContexts(
  transaction: Transaction,
  entries: readonly Entry[],
): Promise<readonly InsertContext[]> {
  const parts = chunked(entries, transaction.rowsPerStatement);
  const found = await Promise.all(parts.map((part) => lookUp(transaction, part)));
  return found.flat();
}

/** The questions to the database about each new delivery. */
const asked = [
  ['n', 'BIGINT'],
  ['id', 'TEXT'],
  ['lane', 'TEXT'],
  ['tenant', 'TEXT'],
  ['slack_user', 'TEXT'],
  ['portal', 'TEXT'],
  ['said', 'TEXT'],
  ['within_ms', 'BIGINT'],
] as const;

async function lookUp(transaction: Transaction, entries: readonly Entry[]): Promise<readonly InsertContext[]> {
  const list = valuesList(
    asked,
    entries.map(({ delivery: { id, person, account }, lane, said, unlessSaidWithinMs }, n) => ({
      n,
      id,
      lane,
      tenant: person.tenant,
      slack_user: person.user,
      portal: account.portal,
      said,
      within_ms: unlessSaidWithinMs ?? null,
    })),
  );
  const rows = await transaction.query(lookupText(list), list.values);
  return entries.map((entry, index) => {
    const found = lookup.parse(rows[index]);
    return {
      entry,
      now: found.now,
      stored: found.stored !== null,
      saidIn: found.said_in ?? undefined,
      isBehind: found.ahead !== null,
      ownTurn: found.own_turn ?? 0,
      portalTurn: found.portal_turn ?? undefined,
      parkedFor: found.parked_for ?? undefined,
      isFull: found.too_many !== null,
    };
  });
}

function lookupText({ names, text }: ValuesList): string {
  const own = 'o.tenant = item.tenant AND o.slack_user = item.slack_user AND o.portal = item.portal';
  const sameLately = 'o.lane = item.lane AND o.said = item.said AND o.accepted_at >= b24task_now() - item.within_ms';
  return `WITH item(${names}) AS (VALUES ${text})
    SELECT b24task_now() AS now,
      (SELECT o.seq FROM outbox o WHERE o.id = item.id) AS stored,
      coalesce(
        (SELECT o.id FROM outbox o WHERE ${sameLately} AND o.ended_at IS NULL LIMIT 1),
        (SELECT o.id FROM outbox o WHERE ${sameLately} AND o.ended_at >= b24task_now() - item.within_ms LIMIT 1)
      ) AS said_in,
      (SELECT o.seq FROM outbox o WHERE o.lane = item.lane AND o.ended_at IS NULL ORDER BY o.seq LIMIT 1) AS ahead,
      (SELECT o.turn + o.parts FROM outbox o WHERE ${own} AND o.ended_at IS NULL ORDER BY o.turn DESC LIMIT 1) AS own_turn,
      (SELECT p.turn FROM portals p WHERE p.portal = item.portal) AS portal_turn,
      (SELECT o.failure FROM outbox o WHERE ${own} AND o.state = 'parked' LIMIT 1) AS parked_for,
      (SELECT 1 FROM outbox o WHERE ${own} AND o.ended_at IS NULL ORDER BY o.turn LIMIT 1 OFFSET ${maxWaiting - 1}) AS too_many
    FROM item ORDER BY n`;
}

/** The new rows of one commit, planned so that they fit behind each other as well as behind what is stored. */
export type BatchInsert = {
  find(id: string): Entry | undefined;
  findSaid(said: string): Planned | undefined;
  add(around: InsertContext): Acceptance;
  /** What is to be written. */
  written(): { readonly planned: readonly Planned[]; readonly portals: readonly PortalOrigin[] };
};

/** A new delivery and the row that it becomes. */
export type Planned = { readonly entry: Entry; readonly row: NewColumns };

/**
 * An empty intake. Turns are start-time fair queueing: each person's deliveries to a portal come one after the other.
 */
export function createBatchInsert(timing: OutboxTiming): BatchInsert {
  const known = new Map<string, Entry>();
  const bySaid = new Map<string, Planned>();
  const lanes = new Set<string>();
  const turns = new Map<string, number>();
  const portals = new Set<PortalOrigin>();
  const all: Planned[] = [];

  function takeTurn({ entry: { delivery }, portalTurn, ownTurn }: InsertContext): number {
    const sender = `${delivery.person.tenant} ${delivery.person.user} ${delivery.account.portal}`;
    const turn = Math.max(portalTurn ?? 0, ownTurn, turns.get(sender) ?? 0);
    turns.set(sender, turn + partsOf(delivery).length);
    return turn;
  }

  return {
    find: (id) => known.get(id),
    findSaid: (said) => bySaid.get(said),
    written: () => ({ planned: all, portals: [...portals] }),
    add(around) {
      const { entry, portalTurn, parkedFor } = around;
      const isBehind = around.isBehind || lanes.has(entry.lane);
      const planned = { entry, row: newRow(timing, around, isBehind, takeTurn(around)) };
      known.set(entry.delivery.id, entry);
      bySaid.set(entry.said, planned);
      lanes.add(entry.lane);
      if (portalTurn === undefined) {
        portals.add(entry.delivery.account.portal);
      }
      all.push(planned);
      return parkedFor === undefined
        ? { kind: 'accepted' }
        : { kind: 'accepted', parked: decodeJson(portalFailure, parkedFor) };
    },
  };
}

/** The initial columns of a row. */
function newRow(
  timing: OutboxTiming,
  { entry, now, parkedFor }: InsertContext,
  isBehind: boolean,
  turn: number,
): NewColumns {
  const { id, person, account, task, identityId } = entry.delivery;
  const waits = isBehind ? 'behind' : 'ready';
  return {
    id,
    version: contentVersion,
    lane: entry.lane,
    tenant: person.tenant,
    slack_user: person.user,
    portal: account.portal,
    bitrix_user: account.userId,
    task,
    identity_id: identityId,
    payload: entry.payload,
    said: entry.said,
    state: parkedFor === undefined ? waits : 'parked',
    turn,
    parts: partsOf(entry.delivery).length,
    failure: parkedFor ?? null,
    attempt_at: null,
    lease_holder: null,
    lease_number: null,
    lease_until: null,
    not_before: now,
    accepted_at: now,
    deadline_at: now + timing.deadlineMs,
    report_at: parkedFor === undefined ? now + timing.waitingNoticeMs : null,
  };
}

/** Writes planned rows, in their order. */
export function insertRows(transaction: Transaction, rows: readonly NewColumns[]): void {
  for (const part of chunked(rows, transaction.rowsPerStatement)) {
    const names = Object.keys(part[0] ?? {});
    const slots = part.map((_, row) => `(${parameters(names.length, row * names.length + 1)})`);
    transaction.execute(
      `INSERT INTO outbox (${names.join(', ')}) VALUES ${slots.join(', ')}`,
      part.flatMap((row) => Object.values(row)),
    );
  }
}
