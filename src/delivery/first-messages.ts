import { createCache } from '../domain/cache.ts';
import type { Clock } from '../domain/clock.ts';
import type { Delivery } from '../domain/delivery.ts';
import { type Identity, seesChats } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { personKey } from '../domain/person.ts';
import type { AttemptResult, Outbox } from './ports.ts';
import type { Claim } from './progress.ts';

/** The dependencies of knowing first messages. */
export type FirstMessagesDeps = {
  readonly outbox: Pick<Outbox, 'hasDelivered'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
};

/** Knows which messages are the first of their lane. */
export type FirstMessages = {
  /**
   * Whether a portal only says that it is posted, which is not to be believed yet, and its chat can tell: nothing of this
   * person has arrived in that task before. Never rejects.
   */
  isToBeLookedFor(claim: Claim, identity: Identity, result: AttemptResult): Promise<boolean>;
};

/** Most people write to a few tasks again and again: those are not asked about in the storage. */
const limits = { capacity: 10_000, keepMs: 24 * 3_600_000 };

/** Creates the knowledge. */
export function createFirstMessages({ outbox, clock, log }: FirstMessagesDeps): FirstMessages {
  const arrived = createCache<boolean>({
    capacity: limits.capacity,
    keepMs: (hasArrived) => (hasArrived ? limits.keepMs : 0),
    now: () => clock.monotonic(),
  });
  return {
    async isToBeLookedFor({ delivery, part, progress }, identity, result) {
      if (!isOnlySaid(result) || part > 1 || progress.ambiguous || seesChats(identity) !== true) {
        return false;
      }
      try {
        return !(await arrived.find(laneOf(delivery), () => outbox.hasDelivered(delivery)));
      } catch (error) {
        log.error({ error, delivery: delivery.id }, 'nobody knows whether a message is the first to its task');
        return false;
      }
    },
  };
}

/** A portal that names the message has posted it. */
function isOnlySaid(result: AttemptResult): boolean {
  return result.kind === 'delivered' && result.chatMessage === undefined;
}

function laneOf({ person, portal, task }: Delivery): string {
  return `${personKey(person)} ${portal} ${task}`;
}
