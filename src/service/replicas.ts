import { repeatEvery } from '../delivery/periodic.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { ReplicaRegister } from '../storage/records/replicas.ts';

/** How many replicas share what Slack allows the app. */
export type Replicas = {
  /** As of the last look; at least one. */
  count(): number;
  /** Leaves its part to the others. Never rejects. */
  stop(): Promise<void>;
};

const lookEveryMs = 20_000;

/** Looks now, and again and again. Where the storage fails, what was last known serves. */
export async function watchReplicas(
  register: ReplicaRegister,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Replicas> {
  let known = 1;
  const look = async () => {
    known = Math.max(1, await register.checkIn());
  };
  await look().catch((error: unknown) => log.warn({ error }, 'the number of replicas is not known'));
  const end = repeatEvery(lookEveryMs, look, { clock, log });
  return {
    count: () => known,
    async stop() {
      end();
      await register.leave().catch((error: unknown) => log.warn({ error }, 'the end of a replica could not be noted'));
    },
  };
}
