import { z } from 'zod';
import type { UsedOnce } from '../../linking/ports.ts';
import type { RecordStores } from './records.ts';

/** Jobs that one process runs for all replicas, about once a day. */
export type DailyJobs = {
  /** True for one caller a day, of all processes: it runs the job. */
  claimToday(job: string): Promise<boolean>;
};

/** Less than a day, so that a job which is checked every hour does not drift through the day. */
const jobTtlMs = 23 * 3_600_000;

/** Longer than an installation state is valid (ten minutes), whichever replica's clock decides. */
const usedStateTtlMs = 60 * 60_000;

/** A claimed job leaves a record that lives until the job is due again. */
export function createDailyJobs(records: RecordStores): DailyJobs {
  const claims = records({ name: 'chore', schema: z.literal('claimed'), ttlMs: jobTtlMs });
  return { claimToday: (job) => claims.add(job, 'claimed') };
}

/** Remembers which installation states were used. */
export function createUsedStates(records: RecordStores): UsedOnce {
  const used = records({ name: 'used-install-state', schema: z.literal('used'), ttlMs: usedStateTtlMs });
  return { claim: (id) => used.add(id, 'used') };
}

/** A signature is fresh for five minutes on either side of its time, on whichever replica's clock. */
const signatureKeptMs = 11 * 60_000;

/** Notes which of Slack's signed requests came already. */
export function createUsedSignatures(records: RecordStores): UsedOnce {
  const used = records({ name: 'used-signature', schema: z.literal('used'), ttlMs: signatureKeptMs });
  return { claim: (id) => used.add(id, 'used') };
}
