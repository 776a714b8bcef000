import { randomUUID } from 'node:crypto';
import { createHostLookup } from '../bitrix24/host-lookup.ts';
import { namedSocketLookup } from '../bitrix24/socket-lookup.ts';
import type { Config } from '../config.ts';
import type { DeliveryEvents } from '../delivery/ports.ts';
import { defaultTiming, type Timing } from '../delivery/timing.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { PortalOrigin, Rate } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import { systemClock } from '../domain/system-clock.ts';
import { createDeliveryEvents } from '../observability/delivery-events.ts';
import type { Metrics } from '../observability/metrics.ts';
import { routeToSlack } from '../slack/web-api/outgoing.ts';
import { openStorage, type Storage } from '../storage/open.ts';
import { gaugesOf, openMetrics } from './metrics.ts';
import { assemblePortals } from './portals.ts';
import type { Overrides } from './service.ts';

/** A database that is started together with the service has half a minute to come up. */
const startTries = 30;

/** The foundation of every part of the service. */
export type Base = {
  readonly config: Config;
  readonly storage: Storage;
  readonly portals: ReturnType<typeof assemblePortals>;
  readonly events: DeliveryEvents;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly log: Log;
  /** `undefined` where none are served. */
  readonly metrics: Metrics | undefined;
};

/** Opens the storage, and builds what everything else rests on. Rejects as `openStorage` does. */
export async function assembleBase(config: Config, overrides: Overrides, log: Log): Promise<Base> {
  const clock = overrides.clock ?? systemClock;
  const timing: Timing = { ...defaultTiming, repeatAfterMs: config.timeoutMs, ...overrides.timing };
  routeToSlack({ lookup: namedSocketLookup(createHostLookup({ clock })), proxies: config.proxies });
  const metrics = await openMetrics(config);
  const storage = await openStorage(config.storage, {
    timing,
    rateOf: rateOf(config),
    holder: randomUUID(),
    startTries,
    log,
    ...present({ clock: overrides.storageClock, observe: metrics?.stored }),
  });
  metrics?.watch(gaugesOf(storage, clock));
  const events = createDeliveryEvents(log, metrics, () => clock.now());
  const { network } = overrides;
  const { pacer, portalMoves: moves } = storage;
  const portals = assemblePortals(config, { network, pacer, moves, clock, log, observe: metrics?.portalCalled });
  return { config, storage, portals, events, timing, clock, log, metrics };
}

function rateOf({ rates }: Pick<Config, 'rates'>): (portal: PortalOrigin) => Rate {
  return (portal) => rates.byPortal.get(portal) ?? rates.standard;
}
