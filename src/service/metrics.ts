import packageFile from '../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';
import { type Clock, within } from '../domain/clock.ts';
import type { DatabaseGauges } from '../observability/database-gauges.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Storage } from '../storage/open.ts';

/** Metrics are loaded only where they are served: the service starts faster and is smaller without them. */
export async function openMetrics({
  metricsPort,
  storage,
}: Pick<Config, 'metricsPort' | 'storage'>): Promise<Metrics | undefined> {
  if (metricsPort === undefined) {
    return undefined;
  }
  const { createMetrics } = await import('../observability/metrics.ts');
  return createMetrics({ version: packageFile.version, engine: storage.databaseUrl ? 'postgres' : 'sqlite' });
}

/** Scrapes are commonly given up after ten seconds. */
const scrapeWithinMs = 3_000;

/** What a scrape asks the storage. */
export function gaugesOf(storage: Storage, clock: Clock): DatabaseGauges {
  const { administration, identities, outbox, ping } = storage;
  return {
    ready: ping,
    backlog: () => administration.backlog(),
    parkedPeople: async () => new Set((await outbox.listParked()).map(({ person }) => JSON.stringify(person))).size,
    connectedPeople: async () => (await identities.list()).length,
    fewestTokens: () => administration.fewestTokens(),
    inTime: (work) => within(clock, scrapeWithinMs, work, () => undefined),
  };
}
