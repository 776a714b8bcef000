import { z } from 'zod';
import type { UsedOnce } from '../../linking/ports.ts';
import type { RecordStores } from './records.ts';

/** A state of an installation is valid for ten minutes on whichever replica's clock. */
const keptMs = 60 * 60_000;

/** Notes which installation attempts came back already. */
export function createUsedStates(records: RecordStores): UsedOnce {
  const used = records({ name: 'used-install-state', schema: z.literal('used'), ttlMs: keptMs });
  return { claim: (id) => used.add(id, 'used') };
}
