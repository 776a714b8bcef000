import { Gauge, type Registry } from 'prom-client';

/** What a scrape asks the database. Every replica on one database answers the same. */
export type DatabaseGauges = {
  /** Rejects while nothing can be written. */
  ready(): Promise<void>;
  /** What has not ended: how many, and the age of the oldest in ms, by state. */
  backlog(): Promise<readonly { readonly state: string; readonly count: number; readonly oldestAgeMs: number }[]>;
  /** For how many people something waits for a new connection. */
  parkedPeople(): Promise<number>;
  /** How many have connected an account. */
  connectedPeople(): Promise<number>;
  /** The emptiest bucket among portals that were called lately; `undefined` where none was. */
  fewestTokens(): Promise<number | undefined>;
  /** What `work` gives, or `undefined` where it does not come in time: a scrape must not hang with its database. */
  inTime<Value>(work: Promise<Value>): Promise<Value | undefined>;
};

const shared = 'The same on every replica: take the highest, not the sum';

/**
 * Registers the gauges that are read from the database, and gives what reads them: once before each scrape. While the
 * database does not answer they are left out and `b24task_database_up` is 0; everything else is exposed all the same.
 */
export function watchDatabase(registry: Registry, database: DatabaseGauges): () => Promise<void> {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const byState = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['scope', 'state'] as const, registers });
  const up = gauge('b24task_database_up', 'Whether the database can be written to, so that messages can be accepted');
  const backlog = byState('b24task_backlog', `Deliveries that have not ended. ${shared}`);
  const oldest = byState('b24task_oldest_seconds', `Age of the oldest delivery that has not ended. ${shared}`);
  const parked = gauge('b24task_parked_people', `People whose messages wait for them to connect again. ${shared}`);
  const people = gauge('b24task_connected_people', `People who have connected an account. ${shared}`);
  const tokens = gauge('b24task_fewest_tokens', `Calls that the busiest portal still has room for. ${shared}`);

  function set(found: Awaited<ReturnType<typeof read>>): void {
    for (const { state, count, oldestAgeMs } of found.backlog) {
      backlog.set({ scope: 'database', state }, count);
      oldest.set({ scope: 'database', state }, oldestAgeMs / 1_000);
    }
    parked.set(found.parkedPeople);
    people.set(found.connectedPeople);
    if (found.fewestTokens !== undefined) {
      tokens.set(found.fewestTokens);
    }
  }

  return async () => {
    const found = await database.inTime(read(database)).catch(() => undefined);
    backlog.reset();
    oldest.reset();
    for (const each of [parked, people, tokens]) {
      each.remove();
    }
    up.set(found ? 1 : 0);
    if (found) {
      set(found);
    }
  };
}

async function read({ ready, backlog, parkedPeople, connectedPeople, fewestTokens }: DatabaseGauges) {
  await ready();
  return {
    backlog: await backlog(),
    parkedPeople: await parkedPeople(),
    connectedPeople: await connectedPeople(),
    fewestTokens: await fewestTokens(),
  };
}
