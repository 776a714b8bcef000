import { describe, expect, it } from 'vitest';
import type { DatabaseGauges } from '../../src/observability/database-gauges.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { formOf, sendTo, sentReply } from '../journeys/composing.ts';
import { type Harness, openHarness } from '../support/harness.ts';

const gauges: DatabaseGauges = {
  ready: async () => {},
  backlog: async () => [{ state: 'waiting', count: 3, oldestAgeMs: 90_000 }],
  parkedPeople: async () => 2,
  connectedPeople: async () => 5,
  fewestTokens: async () => 7.5,
  inTime: (work) => work,
};

function openMetrics(database: Partial<DatabaseGauges> = {}) {
  const metrics = createMetrics({ version: '1.2.3', engine: 'postgres' });
  metrics.watch({ ...gauges, ...database });
  return metrics;
}

describe('a scrape', () => {
  it('reads the database, and marks what every replica says alike', async () => {
    const text = await openMetrics().expose();
    expect(text).toContain('b24task_build_info{version="1.2.3"');
    expect(text).toContain('b24task_database_up 1\n');
    expect(text).toContain('b24task_backlog{scope="database",state="waiting"} 3\n');
    expect(text).toContain('b24task_oldest_seconds{scope="database",state="waiting"} 90\n');
    expect(text).toContain('b24task_parked_people 2\n');
    expect(text).toContain('b24task_connected_people 5\n');
    expect(text).toContain('b24task_fewest_tokens 7.5\n');
    expect(text).toMatch(/# HELP b24task_backlog .*take the highest, not the sum/);
  });

  it.each<[string, Partial<DatabaseGauges>]>([
    ['cannot be written to', { ready: () => Promise.reject(new Error('disk full')) }],
    ['fails', { backlog: () => Promise.reject(new Error('gone')) }],
    ['does not answer in time', { inTime: async () => undefined }],
  ])('is answered while the database %s, without numbers of before', async (_, trouble) => {
    let isWell = true;
    const database = openMetrics(
      Object.fromEntries(
        Object.entries(trouble).map(([name, broken]) => [
          name,
          (...args: never[]) => Reflect.apply(isWell ? Reflect.get(gauges, name) : broken, undefined, args),
        ]),
      ),
    );
    database.accepted();
    expect(await database.expose()).toContain('b24task_database_up 1\n');
    isWell = false;
    const text = await database.expose();
    expect(text).toContain('b24task_database_up 0\n');
    expect(text).toContain('b24task_accepted_total 1\n');
    for (const name of ['backlog', 'oldest_seconds', 'parked_people', 'connected_people', 'fewest_tokens']) {
      expect(text).not.toMatch(new RegExp(`^b24task_${name}[ {]`, 'm'));
    }
  });
});

it('a running service counts what it does, and no label comes from a person, a portal or a message', async () => {
  const harness = await openHarness('SQLite', { settings: { METRICS_PORT: '0' } });
  const { slack, portal } = harness;
  await harness.link('anna', 7);
  await slack.as('anna').command('/b24task 51 planted-words');
  await slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
  await slack.as('bob').command('/b24task 51 planted-words');
  await sendFile(harness);
  await fetch(`${harness.serviceUrl}/nowhere`);
  await portal.down();
  await slack.as('anna').command('/b24task 51 more planted-words');
  await slack.waitFor('anna', ({ text }) => text.includes('Not sent yet'));
  const text = await (await fetch(`${harness.metricsUrl}/metrics`)).text();
  for (const line of [
    /^b24task_accepted_total 3$/m,
    /^b24task_refused_total\{reason="not-linked"\} 1$/m,
    /^b24task_delivery_seconds_count 2$/m,
    /^b24task_last_delivered_timestamp_seconds 1\d{9}/m,
    /^b24task_portal_call_seconds_count\{method="tasks.task.chat.message.send",outcome="result"\} 1$/m,
    /^b24task_portal_call_seconds_count\{method="tasks.task.chat.message.send",outcome="unreachable"\} \d+$/m,
    /^b24task_slack_calls_total\{method="users.info",outcome="ok"\} \d+$/m,
    /^b24task_slack_calls_total\{method="views.open",outcome="ok"\} \d+$/m,
    /^b24task_slack_calls_total\{method="response_url",outcome="made"\} \d+$/m,
    /^b24task_file_seconds_count\{outcome="read"\} 1$/m,
    /^b24task_file_bytes_total 70000$/m,
    /^b24task_http_answers_total\{status="404"\} 1$/m,
    /^b24task_storage_seconds_count\{operation="transaction"\} \d+$/m,
    /^b24task_backlog\{scope="database",state="(?:waiting|sending)"\} 1$/m,
    /^b24task_connected_people 1$/m,
  ]) {
    expect(text).toMatch(line);
  }
  expect(text).not.toContain('planted');
  expect(text).not.toContain(slack.as('anna').id);
  expect(text).not.toContain(new URL(portal.origin).host);
});

async function sendFile({ slack }: Harness): Promise<void> {
  const anna = slack.as('anna');
  const after = anna.seen().at(-1)?.order ?? 0;
  await anna.command('/b24task');
  await formOf(anna);
  await anna.select('files', [anna.upload({ name: 'planted.pdf', size: 70_000 }).id]);
  await sendTo(anna, 51);
  await sentReply(anna, after);
}
