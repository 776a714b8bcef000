import { expect, it, onTestFinished, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Listens } from '../../src/service/lifecycle.ts';
import { createService, type Overrides } from '../../src/service/service.ts';
import { createPostgresDatabase } from '../../src/storage/postgres/database.ts';
import { createPool } from '../../src/storage/postgres/pool.ts';
import { recordingLog } from '../bitrix24/harness.ts';
import { clockOfToday } from '../slack/harness.ts';
import { type Harness, openHarness, quickTiming } from '../support/harness.ts';

it('a delivery of a frozen replica is taken over by another one when its lease expires', async () => {
  // Nothing that the first replica plans ever happens: it does not renew its lease, nor give its request up.
  const stillClock = clockOfToday();
  const harness = await openHarness('PostgreSQL', { overrides: { clock: stillClock, timing: quickTiming } });
  const { slack, portal, link } = harness;
  await link('anna', 7, ['task', 'tasks']);
  const anna = slack.as('anna');
  const held = portal.faults.hold('after');
  onTestFinished(() => held.release());
  await anna.command('/b24task 51 hello');
  await held.arrived;

  await startReplica(harness, { timing: quickTiming });
  await endLeases(harness);

  // Whether it arrived is not known: the portal has not shown yet that it protects against doubles, and nobody may look.
  await anna.waitFor(({ text }) => text.includes('not certain'));
  expect(anna.seen().filter(({ text }) => text.includes('not certain'))).toHaveLength(1);
  expect(portal.requests.filter(({ method }) => method.endsWith('message.send'))).toHaveLength(1);
});

it("replicas share the limit of a workspace's name lookups", async () => {
  const harness = await openHarness('PostgreSQL', { overrides: { timing: quickTiming } });
  const { slack, portal, link } = harness;
  await link('anna', 7);
  await link('bob', 9);
  const { port } = await startReplica(harness, { timing: quickTiming });
  slack.connectHttp(`http://127.0.0.1:${port}/slack/events`);
  for (const [name, first] of [
    ['anna', 100],
    ['bob', 200],
  ] as const) {
    const mentions = Array.from({ length: 30 }, (_, index) => `<@U0NOBODY${first + index}|somebody>`).join(' ');
    const { id, teamId } = slack.directory.person(name);
    const typed = { command: '/b24task', text: `51 ${mentions}`, team_id: teamId, user_id: id, trigger_id: `1.${id}` };
    expect((await slack.signedRequest(new URLSearchParams(typed).toString())).status).toBe(200);
  }
  await vi.waitFor(() => expect(portal.chat(51)).toHaveLength(2), { timeout: 20_000, interval: 20 });
  const asked = slack.calls.filter(({ method, error }) => method === 'users.info' && error !== undefined);
  expect(asked).toHaveLength(20);
});

/** As after the time for which a lease holds. */
async function endLeases({ databaseUrl = '' }: Harness): Promise<void> {
  const pool = createPool(new Secret(databaseUrl), 1, recordingLog([]));
  onTestFinished(() => pool.end());
  await createPostgresDatabase(pool).query('UPDATE outbox SET lease_until = b24task_now() - 1');
}

/** Another replica of the harness's service, which Slack sends nothing to yet. */
async function startReplica({ environment }: Harness, overrides: Overrides): Promise<Listens> {
  const loaded = loadConfig(environment);
  if ('problems' in loaded) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  const service = createService(loaded.config, { logSink: { write: () => {} }, ...overrides });
  const listens = await service.start();
  onTestFinished(() => service.stop());
  return listens;
}
