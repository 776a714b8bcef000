import { z } from 'zod';
import type { RecordStores } from './records.ts';

/** Which processes work on this storage now. Every operation rejects when the storage fails. */
export type ReplicaRegister = {
  /** Notes that this process lives, for a while; gives how many do. */
  checkIn(): Promise<number>;
  /** Notes that this process ends. */
  leave(): Promise<void>;
};

/** Three times as long as from one note to the next. */
const livesForMs = 60_000;

/** A record for each process, by the name that it has as a holder of leases. */
export function createReplicaRegister(records: RecordStores, holder: string): ReplicaRegister {
  const here = records({ name: 'replica', schema: z.literal('here'), ttlMs: livesForMs });
  return {
    async checkIn() {
      await here.set(holder, 'here');
      const found = await Promise.all((await here.list()).map((name) => here.get(name)));
      return found.filter((each) => each !== undefined).length;
    },
    async leave() {
      await here.remove(holder);
    },
  };
}
