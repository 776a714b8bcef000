import type { Delivery } from '../domain/delivery.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { Log } from '../domain/log.ts';
import { personKey } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import type { Metrics } from './metrics.ts';

/** One helper per business event: each writes its log line and moves its counter. */
export type DeliveryEvents = {
  accepted(delivery: {
    readonly id: string;
    readonly portal: string;
    readonly task: number;
    readonly person: Delivery['person'];
  }): void;
  stepped(delivery: Delivery, part: number, step: string, failure: PortalFailure | undefined): void;
  reported(delivery: Delivery, kind: string, result: string): void;
};

/** Creates the events of deliveries. No event carries the text of a message. */
export function createDeliveryEvents(log: Log, metrics: Metrics | undefined): DeliveryEvents {
  return {
    accepted({ id, portal, task, person }) {
      metrics?.accepted();
      log.info({ delivery: id, portal, task, person: personKey(person) }, 'accepted');
    },
    stepped({ id, portal, task }, part, step, failure) {
      metrics?.stepped(step, failure?.kind ?? 'none');
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
