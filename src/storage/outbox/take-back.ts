import type { Outbox } from '../../delivery/ports.ts';
import { decodeJson, encodeJson, outcome } from '../codecs.ts';
import type { OutboxContext } from './context.ts';
import { lockRows } from './locking.ts';
import { changePerson, ofPerson } from './person-rows.ts';

/** `Outbox.noteTakenBack`. */
export function createNoteTakenBack(context: OutboxContext): Outbox['noteTakenBack'] {
  return (person, id) =>
    changePerson(context, person, async (transaction) => {
      const condition = `${ofPerson} AND id = $3 AND state = 'delivered'`;
      const [stored] = await lockRows(context, transaction, condition, [person.tenant, person.user, id]);
      if (!stored) {
        return;
      }
      const known = stored.outcome === null ? { kind: 'delivered' as const } : decodeJson(outcome, stored.outcome);
      const changed = known.kind === 'delivered' ? { ...known, takenBack: true as const } : known;
      await transaction.query('UPDATE outbox SET outcome = $1 WHERE seq = $2', [
        encodeJson(outcome, changed),
        stored.seq,
      ]);
    });
}
