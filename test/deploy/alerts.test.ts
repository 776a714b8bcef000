import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMetrics } from '../../src/observability/metrics.ts';

const rules = resolve('deploy/prometheus/alerts.yml');
const pages = [rules, 'deploy/grafana/b24task.json', 'docs/operations.md'];

/** Debian's package `prometheus` brings it. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

async function exposed(): Promise<ReadonlySet<string>> {
  const metrics = createMetrics({ version: '1.0.0', engine: 'sqlite' });
  metrics.watch({
    ready: async () => {},
    backlog: async () => [],
    parkedPeople: async () => 0,
    connectedPeople: async () => 0,
    fewestTokens: async () => 0,
    inTime: (work) => work,
  });
  const text = await metrics.expose();
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
}

describe.each(pages)('%s', (page) => {
  it('names only metrics that the service has', async () => {
    const named = new Set(readFileSync(page, 'utf8').match(/\b(?:b24task|nodejs|process)_[a-z0-9_]+\b/g));
    const known = await exposed();
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
    expect(named.size).toBeGreaterThan(5);
  });
});

it('the page of operations explains every metric of ours', async () => {
  const text = readFileSync('docs/operations.md', 'utf8');
  const ours = [...(await exposed())].filter((name) => /^b24task_(?!.*_(?:bucket|count|sum)$)/.test(name));
  expect(ours.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

type Series = { readonly series: string; readonly values: string };

/** What Prometheus would have scraped, and which alerts are firing after so long. */
const cases: readonly (readonly [string, readonly Series[], string, readonly string[]])[] = [
  [
    'all is well',
    [
      { series: 'b24task_build_info{version="1"}', values: '1x60' },
      { series: 'b24task_database_up', values: '1x60' },
      { series: 'b24task_portal_call_seconds_count{outcome="result"}', values: '0+10x60' },
      { series: 'b24task_portal_call_seconds_count{outcome="no-answer"}', values: '0+1x60' },
      { series: 'b24task_oldest_seconds{scope="database",state="waiting"}', values: '5x60' },
      { series: 'b24task_parked_people', values: '1x60' },
      { series: 'b24task_connected_people', values: '50x60' },
      { series: 'b24task_slack_calls_total{outcome="ok"}', values: '0+10x60' },
    ],
    '60m',
    [],
  ],
  [
    'a portal is down',
    [
      { series: 'b24task_build_info{version="1"}', values: '1x60' },
      { series: 'b24task_portal_call_seconds_count{outcome="result"}', values: '500x60' },
      { series: 'b24task_portal_call_seconds_count{outcome="unreachable"}', values: '0+1x60' },
      { series: 'b24task_oldest_seconds{scope="database",state="waiting"}', values: '0+60x60' },
    ],
    '30m',
    ['B24taskMessagesWait', 'B24taskPortalsDoNotAnswer'],
  ],
  [
    'many must connect again at once',
    [
      { series: 'b24task_build_info{version="1"}', values: '1x60' },
      { series: 'b24task_parked_people{instance="a"}', values: '1 1 12x60' },
      { series: 'b24task_parked_people{instance="b"}', values: '1 1 12x60' },
      { series: 'b24task_connected_people', values: '40x60' },
    ],
    '10m',
    ['B24taskManyMustConnectAgain'],
  ],
  [
    'the disk is full',
    [
      { series: 'b24task_build_info{version="1"}', values: '1x60' },
      { series: 'b24task_database_up', values: '1 1 0x60' },
      { series: 'b24task_storage_errors_total{operation="transaction"}', values: '0+1x60' },
    ],
    '10m',
    ['B24taskCannotAccept', 'B24taskStorageFails'],
  ],
  [
    'the token of Slack is dead',
    [
      { series: 'b24task_build_info{version="1"}', values: '1x60' },
      { series: 'b24task_slack_calls_total{method="chat.postMessage",outcome="invalid_auth"}', values: '0+2x60' },
    ],
    '10m',
    ['B24taskSlackRefusesTheApp'],
  ],
  ['nothing runs', [{ series: 'up', values: '0x60' }], '10m', ['B24taskGone']],
  [
    'messages end badly',
    [
      { series: 'b24task_build_info{version="1"}', values: '1x60' },
      { series: 'b24task_delivery_steps_total{step="unknown"}', values: '0 0 1x60' },
      { series: 'b24task_delivery_steps_total{step="expired"}', values: '0 0 3x60' },
    ],
    '20m',
    ['B24taskGivenUp', 'B24taskOutcomeUnknown'],
  ],
];

const names = [...readFileSync(rules, 'utf8').matchAll(/alert: (\w+)/g)].map(([, name]) => name ?? '');

it('every alert is tried', () => {
  expect(new Set(cases.flatMap(([, , , alerts]) => alerts))).toEqual(new Set(names));
});

describe.runIf(hasPromtool)('the alerts of Prometheus, when', () => {
  it.each(cases)('%s', async (_, series, at, alerts) => {
    const folder = mkdtempSync(join(tmpdir(), 'b24task-alerts-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const firing = names.flatMap((name) =>
      alerts.includes(name) ? [] : [{ eval_time: at, alertname: name, exp_alerts: [] }],
    );
    const quiet = join(folder, 'quiet.json');
    const test = { interval: '1m', input_series: series, alert_rule_test: firing };
    writeFileSync(quiet, JSON.stringify({ rule_files: [rules], tests: [test] }));
    await promisify(execFile)('promtool', ['test', 'rules', quiet]);
    for (const name of alerts) {
      // What fires has labels and annotations of its own: that it is not silent is what counts.
      const loud = join(folder, `${name}.json`);
      const silent = { ...test, alert_rule_test: [{ eval_time: at, alertname: name, exp_alerts: [] }] };
      writeFileSync(loud, JSON.stringify({ rule_files: [rules], tests: [silent] }));
      await expect(promisify(execFile)('promtool', ['test', 'rules', loud])).rejects.toThrow(name);
    }
  });
});
