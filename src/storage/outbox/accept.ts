import type { Acceptance, NewDelivery } from '../../delivery/ports.ts';
import { createBatcher } from '../batcher.ts';
import type { Transaction } from '../database.ts';
import { equalTexts, openPayload, sealContent } from './content.ts';
import type { OutboxContext } from './context.ts';
import { createIntake, type Entry, insertRows, lookAround } from './intake.ts';
import { lockNames } from './person-lock-name.ts';
import { addPortals } from './portals.ts';
import { fullColumns, fullRow, laneOf } from './rows.ts';

const mostPerCommit = 50;

/** `Outbox.accept`: acceptances that come while a commit runs share the next one. */
export function createAccept(context: OutboxContext): (delivery: NewDelivery) => Promise<Acceptance> {
  const store = createBatcher((entries: readonly Entry[]) => storeEntries(context, entries), mostPerCommit);

  return async (delivery) => {
    const lane = laneOf(delivery.person, delivery.account.portal, delivery.task);
    const acceptance = await store({ delivery, lane, ...sealContent(context.cipher, delivery) });
    if (acceptance.kind === 'accepted' && !acceptance.parked) context.wake();
    return acceptance;
  };
}

async function storeEntries(context: OutboxContext, entries: readonly Entry[]): Promise<readonly Acceptance[]> {
  return context.database.transaction(async (transaction) => {
    const persons = entries.map(({ delivery }) => delivery.person);
    await transaction.lock([...lockNames(persons), ...entries.map(({ delivery }) => `delivery ${delivery.id}`)]);
    const intake = createIntake(context.timing);
    const acceptances: Acceptance[] = [];
    for (const around of await lookAround(transaction, entries)) {
      const { entry } = around;
      const twin = intake.find(entry.delivery.id);
      if (around.stored) acceptances.push(await compareWithStored(context, transaction, entry));
      else if (twin) acceptances.push({ kind: 'duplicate', same: isSame(twin.delivery, entry.delivery) });
      else acceptances.push(intake.add(around));
    }
    await addPortals(context, transaction, intake.newPortals());
    await insertRows(transaction, intake.rows());
    return acceptances;
  });
}

function isSame(one: NewDelivery, other: NewDelivery): boolean {
  return (
    one.task === other.task && one.account.portal === other.account.portal && equalTexts(one.requests, other.requests)
  );
}

/** Once the text is forgotten, the same lane is all that can be compared. */
async function compareWithStored(
  context: OutboxContext,
  transaction: Transaction,
  { delivery, lane }: Entry,
): Promise<Acceptance> {
  const rows = await transaction.query(`SELECT ${fullColumns} FROM outbox WHERE id = $1`, [delivery.id]);
  const [stored] = rows.map((found) => fullRow.parse(found));
  if (stored?.lane !== lane) return { kind: 'duplicate', same: false };
  if (stored.payload === null) return { kind: 'duplicate', same: true };
  const { requests } = openPayload(context.cipher, stored.id, stored.payload);
  return { kind: 'duplicate', same: equalTexts(requests, delivery.requests) };
}
