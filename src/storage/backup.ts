import { z } from 'zod';
import type { Log } from '../domain/log.ts';
import type { Database } from './database.ts';

/**
 * A copy knows that it is one: whatever waited in it may have gone out since it was made. `taken_at` is epoch ms on the
 * clock of the storage that was copied.
 */
export const markCopy = 'INSERT INTO b24task_copy (taken_at) VALUES (b24task_now())';

const takenRow = z.object({ taken_at: z.number() });

/**
 * Deals with a database that turns out to be a copy, once: nothing of what waited in it is sent blindly. It ends as
 * unknown, and its senders are asked. Rejects when the storage fails.
 */
export async function settleCopy(database: Database, hold: () => Promise<number>, log: Log): Promise<void> {
  const [copy] = (await database.query('SELECT taken_at FROM b24task_copy')).map((found) => takenRow.parse(found));
  if (!copy) {
    return;
  }
  // Held first: a crash in between holds once more, and holds nothing twice.
  const held = await hold();
  await database.query('DELETE FROM b24task_copy');
  log.warn(
    { takenAt: new Date(copy.taken_at).toISOString(), held },
    'this is a backup that was put back: what waited in it may have been sent since; its senders are asked',
  );
}
