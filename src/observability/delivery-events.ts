import type { DeliveryEvents } from '../delivery/ports.ts';
import type { Log } from '../domain/log.ts';
import { personKey } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import type { Metrics } from './metrics.ts';

/**
 * Creates the events of deliveries: each writes its log line and moves its counter. No event carries the text of a
 * message. `now` is epoch ms.
 */
export function createDeliveryEvents(log: Log, metrics: Metrics | undefined, now: () => number): DeliveryEvents {
  return {
    refused: (reason) => metrics?.refused(reason),
    leaseLost({ id }) {
      metrics?.leaseLost();
      log.warn({ delivery: id }, 'lease lost before the outcome was written');
    },
    accepted({ id, portal, task, person }) {
      metrics?.accepted();
      log.info({ delivery: id, portal, task, person: personKey(person) }, 'accepted');
    },
    stepped({ id, portal, task, acceptedAt }, part, step, failure) {
      metrics?.stepped(step, failure?.kind ?? 'none');
      if (step === 'delivered') {
        metrics?.delivered(now() - acceptedAt);
      }
      const fields = { delivery: id, portal, task, part, step, ...present({ failure }) };
      // These two mean that we sent something which the portal does not take: a bug of ours.
      if (failure?.kind === 'unexpected' || failure?.kind === 'invalid-request') {
        log.error(fields, 'request not taken');
      } else {
        log.info(fields, 'delivery step');
      }
    },
    reported({ id }, kind, result) {
      metrics?.reported(kind, result);
      if (result === 'impossible') {
        log.warn({ delivery: id, kind }, 'the sender cannot be reached');
      } else {
        log.info({ delivery: id, kind, result }, 'reported');
      }
    },
  };
}
