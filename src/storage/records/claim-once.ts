import { z } from 'zod';
import type { UsedOnce } from '../../linking/ports.ts';
import type { RecordStores } from './records.ts';

/** Chores that one process does for all of them, about once a day. */
export type DailyJobs = {
  /** True for one caller a day, of all processes: it does the chore. */
  claimToday(chore: string): Promise<boolean>;
};

/** Less than a day, so that a chore which is looked for every hour does not wander through the day. */
const onceInMs = 23 * 3_600_000;

/** Who claims a chore leaves a record that lives until it is due again. */
export function createDailyJobs(records: RecordStores): DailyJobs {
  const claims = records({ name: 'chore', schema: z.literal('claimed'), ttlMs: onceInMs });
  return { claimToday: (chore) => claims.add(chore, 'claimed') };
}

/** A state of an installation is valid for ten minutes on whichever replica's clock. */
const keptMs = 60 * 60_000;

/** Notes which installation attempts came back already. */
export function createUsedStates(records: RecordStores): UsedOnce {
  const used = records({ name: 'used-install-state', schema: z.literal('used'), ttlMs: keptMs });
  return { claim: (id) => used.add(id, 'used') };
}

/** A signature is fresh for five minutes on either side of its time, on whichever replica's clock. */
const signatureKeptMs = 11 * 60_000;

/** Notes which of Slack's signed requests came already. */
export function createUsedSignatures(records: RecordStores): UsedOnce {
  const used = records({ name: 'used-signature', schema: z.literal('used'), ttlMs: signatureKeptMs });
  return { claim: (id) => used.add(id, 'used') };
}
