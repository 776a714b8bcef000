import { z } from 'zod';
import type { Outbox } from '../../delivery/ports.ts';
import { type PartContent, partsOf, type Transition } from '../../delivery/progress.ts';
import { decodeJson, portalFailure } from '../codecs.ts';
import type { Queries, Transaction } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { decryptPayload } from './payload.ts';
import { ofPerson } from './person-rows.ts';
import { deliveryOf, type FullRow, fullColumns, fullRow, type StoredRow } from './rows.ts';
import type { Change } from './transition.ts';

/** Dates in chats have whole seconds, and clocks differ a little: others are looked for from so long before on. */
const slackMs = 60_000;

const knownRow = z.object({ message: z.string(), delivery: z.string(), part: z.number() });
type Known = z.infer<typeof knownRow>;

/**
 * `Outbox.accountedFor`: two statements, so that each finds its rows by an index. Whoever shares the account in
 * Bitrix24 counts, and the parts of the delivery itself that went before.
 */
export function createAccountedFor(context: OutboxContext): Outbox['accountedFor'] {
  const { database } = context;
  const text = `SELECT ${fullColumns} FROM outbox
    WHERE portal = $1 AND bitrix_user = $2 AND task = $3 AND attempt_at IS NOT NULL AND ended_at`;
  return async ({ delivery, part, progress }) => {
    const { portal, bitrixUserId, task, id } = delivery;
    const values = [portal, bitrixUserId, task];
    const open = await database.query(`${text} IS NULL`, values);
    const ended = await database.query(`${text} >= $4`, [...values, progress.attemptedAt - slackMs]);
    const rows = [...open, ...ended].map((found) => fullRow.parse(found));
    const known = await knownIn(database, portal);
    const parts = rows.flatMap((stored) => {
      const last = stored.id === id ? part - 1 : lastAttempted(stored);
      return untiedOf(context, stored, last, known);
    });
    return { messages: new Set(known.map(({ message }) => message)), parts };
  };
}

/** `Outbox.foundAs`. */
export function createFoundAs({ database }: OutboxContext): Outbox['foundAs'] {
  const text = `SELECT message, delivery, part FROM chat_messages
    WHERE delivery = $3 AND EXISTS (SELECT 1 FROM outbox WHERE id = $3 AND ${ofPerson})`;
  return async ({ tenant, user }, id) => {
    const rows = await database.query(text, [tenant, user, id]);
    return new Map(rows.map((found) => knownRow.parse(found)).map(({ part, message }) => [part, message]));
  };
}

async function knownIn(queries: Queries, portal: string): Promise<readonly Known[]> {
  const rows = await queries.query('SELECT message, delivery, part FROM chat_messages WHERE portal = $1', [portal]);
  return rows.map((found) => knownRow.parse(found));
}

/** The last part that is in the chat, or may be. */
function lastAttempted(stored: StoredRow): number {
  const isThere = ['delivered', 'unknown', 'sending'].includes(stored.state) || stored.ambiguous === 1;
  return isThere ? stored.part : stored.part - 1;
}

function untiedOf(
  { cipher }: OutboxContext,
  stored: FullRow,
  last: number,
  known: readonly Known[],
): readonly PartContent[] {
  if (last < 1 || stored.payload === null) {
    return [];
  }
  const isTied = (part: number) => known.some((one) => one.delivery === stored.id && one.part === part);
  const isPassedOver = (part: number) =>
    deliveryOf(stored).leftOut?.some((one) => one.part === part && one.problem.kind !== 'uncertain');
  return partsOf(decryptPayload(cipher, stored, stored.payload))
    .slice(0, last)
    .filter((_, index) => !isTied(index + 1) && !isPassedOver(index + 1));
}

/**
 * Ties parts to the messages that they were found as. Where another part has the message already, it was not this one:
 * that part is looked for again.
 */
export async function tieMessages<Stored extends StoredRow>(
  transaction: Transaction,
  changes: readonly Change<Stored>[],
): Promise<readonly Change<Stored>[]> {
  const tied: Change<Stored>[] = [];
  for (const change of changes) {
    const { stored, transition } = change;
    const message = 'chatMessage' in transition ? transition.chatMessage : undefined;
    const isFree = message === undefined || (await tie(transaction, stored, message));
    tied.push(isFree ? change : { stored, transition: lookedForAgain(stored) });
  }
  return tied;
}

async function tie(transaction: Transaction, { portal, id, part }: StoredRow, message: string): Promise<boolean> {
  const rows = await transaction.query(
    `INSERT INTO chat_messages (portal, message, delivery, part) VALUES ($1, $2, $3, $4)
    ON CONFLICT (portal, message) DO NOTHING RETURNING message`,
    [portal, message, id, part],
  );
  return rows.length > 0;
}

function lookedForAgain({ look, failures, failure }: StoredRow): Transition {
  return {
    kind: 'wait',
    delayMs: 0,
    failures: failures + 1,
    ambiguous: true,
    look: look ?? 'soon',
    ...(failure === null ? {} : { failure: decodeJson(portalFailure, failure) }),
  };
}

/** Forgets which messages deliveries were found as that are gone. */
export async function forgetMessages(queries: Queries): Promise<void> {
  await queries.query(
    'DELETE FROM chat_messages WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id = chat_messages.delivery)',
  );
}

/** The delivery is at another portal now, and so are the messages that its parts were found as. */
export async function moveMessages(transaction: Transaction, delivery: string, portal: string): Promise<void> {
  await transaction.query(
    `UPDATE chat_messages SET portal = $2 WHERE delivery = $1 AND NOT EXISTS (
      SELECT 1 FROM chat_messages other WHERE other.portal = $2 AND other.message = chat_messages.message)`,
    [delivery, portal],
  );
}
