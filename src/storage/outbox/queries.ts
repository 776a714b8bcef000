import { z } from 'zod';
import type { Outbox } from '../../delivery/ports.ts';
import type { Delivery, Wording } from '../../domain/delivery.ts';
import { present } from '../../domain/present.ts';
import { portalOrigin } from '../codecs.ts';
import type { SqlValue } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { decryptPayload } from './payload.ts';
import { allOpen, columns, deliveryOf, type FullRow, fullColumns, fullRow, laneOf, row } from './rows.ts';

const ofPerson = 'tenant = $1 AND slack_user = $2';

/** `Outbox.find`. */
export function createFind(context: OutboxContext): Outbox['find'] {
  return async (person, id) => {
    const [found] = await list(context, `${ofPerson} AND id = $3`, [person.tenant, person.user, id]);
    return found;
  };
}

/** `Outbox.hasDelivered`. */
export function createHasDelivered({ database }: OutboxContext): Outbox['hasDelivered'] {
  const text = "SELECT 1 AS one FROM outbox WHERE lane = $1 AND state = 'delivered' LIMIT 1";
  return async ({ person, portal, task }) => (await database.query(text, [laneOf(person, portal, task)])).length > 0;
}

/** `Outbox.listOpen`. */
export function createListOpen(context: OutboxContext): Outbox['listOpen'] {
  return ({ tenant, user }) => list(context, `${ofPerson} AND ended_at IS NULL ORDER BY seq`, [tenant, user]);
}

/** `Outbox.listEnded`. */
export function createListEnded(context: OutboxContext): Outbox['listEnded'] {
  const condition = `${ofPerson} AND ended_at IS NOT NULL ORDER BY ended_at DESC, seq DESC LIMIT $3`;
  return ({ tenant, user }, limit) => list(context, condition, [tenant, user, limit]);
}

async function list(
  { database }: OutboxContext,
  condition: string,
  values: readonly SqlValue[],
): Promise<readonly Delivery[]> {
  const rows = await database.query(`SELECT ${columns} FROM outbox WHERE ${condition}`, values);
  return rows.map((found) => deliveryOf(row.parse(found)));
}

const parkedRow = z.object({
  tenant: z.string(),
  slack_user: z.string(),
  portal: portalOrigin,
  bitrix_user: z.string(),
  identity_id: z.string(),
});

/** `Outbox.listParked`. */
export function createListParked({ database }: OutboxContext): Outbox['listParked'] {
  return async () => {
    const rows = await database.query(
      "SELECT DISTINCT tenant, slack_user, portal, bitrix_user, identity_id FROM outbox WHERE state = 'parked'",
    );
    return rows.map((found) => {
      const { tenant, slack_user: user, portal, bitrix_user: userId, identity_id: identityId } = parkedRow.parse(found);
      return { person: { tenant, user }, account: { portal, userId }, identityId };
    });
  };
}

/** `Outbox.contentOf`. */
export function createContentOf({ database, cipher }: OutboxContext): Outbox['contentOf'] {
  return async ({ tenant, user }, id) => {
    const text = `SELECT ${fullColumns} FROM outbox WHERE ${ofPerson} AND id = $3`;
    const rows = await database.query(text, [tenant, user, id]);
    const [stored] = rows.map((found) => fullRow.parse(found));
    if (!stored || stored.payload === null) {
      return undefined;
    }
    const { requests, files, losses, wording, accountName, route } = decryptPayload(cipher, stored, stored.payload);
    const account = { portal: stored.portal, userId: stored.bitrix_user, name: accountName };
    return { account, task: stored.task, requests, losses, ...present({ files, wording, announce: route.announce }) };
  };
}

/** `Outbox.wordingsOf`. What cannot be read is left out: it only tells which message is meant. */
export function createWordingsOf({ database, cipher, log }: OutboxContext): Outbox['wordingsOf'] {
  return async ({ tenant, user }, ids) => {
    if (ids.length === 0) {
      return new Map();
    }
    const places = ids.map((_, at) => `$${at + 3}`).join(', ');
    const text = `SELECT ${fullColumns} FROM outbox WHERE ${ofPerson} AND payload IS NOT NULL AND id IN (${places})`;
    const rows = await database.query(text, [tenant, user, ...ids]);
    return new Map(
      rows.flatMap((found) => {
        const stored = fullRow.parse(found);
        const wording = readWording(stored);
        return wording ? [[stored.id, wording] as const] : [];
      }),
    );
  };

  function readWording(stored: FullRow): Wording | undefined {
    try {
      return stored.payload === null ? undefined : decryptPayload(cipher, stored, stored.payload).wording;
    } catch (error) {
      log.error({ error, delivery: stored.id }, 'the text of a delivery cannot be read');
      return undefined;
    }
  }
}

const counts = z.tuple([z.object({ waiting: z.number(), sending: z.number(), parked: z.number() })]);

/** `Outbox.count`: `waiting` includes what is parked. */
export function createCount({ database }: OutboxContext): Outbox['count'] {
  return async () => {
    const rows = await database.query(
      `SELECT count(CASE WHEN state <> 'sending' THEN 1 END) AS waiting,
      count(CASE WHEN state = 'sending' THEN 1 END) AS sending,
      count(CASE WHEN state = 'parked' THEN 1 END) AS parked
    FROM outbox WHERE ${allOpen}`,
    );
    return counts.parse(rows)[0];
  };
}
