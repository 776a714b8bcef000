import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type SandboxSlack, startSlack } from '../../src/sandbox/slack/slack.ts';
import { besiege, strangers } from '../support/strangers.ts';
import { eventsAt } from './deployment.ts';
import { slowness } from './scale.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

const atOnce = 200;
const visits = 400;
const commands = 25;

/** Slack's three seconds, on a machine that others use as well so much longer as everything takes there. */
const patienceMs = 3_000 * slowness;

/**
 * What the process may need at any time above what it had at rest before the first of them: young objects, connections,
 * the bodies that are under way, and what the allocator keeps of earlier ones.
 */
const growthMiB = 224;

type Besieged = {
  readonly slack: SandboxSlack;
  readonly service: ServiceProcess;
  readonly folder: string;
  readonly atRestMiB: number;
};

let besieged: Besieged | undefined;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'b24task-strangers-'));
  const slack = await startSlack({ ackTimeoutMs: patienceMs });
  const service = await startServiceProcess(
    {
      DATA_DIR: folder,
      NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=16',
      SLACK_SIGNING_SECRET: slack.app.signingSecret,
      SLACK_BOT_TOKEN: slack.botToken(),
      SLACK_API_URL: slack.apiUrl,
      HOST: '127.0.0.1',
      PORT: '0',
    },
    'product',
  );
  slack.connectHttp(eventsAt(service.port));
  expect((await slack.as('anna').command('/b24task help')).status).toBe(200);
  besieged = { slack, service, folder, atRestMiB: peakMiB(service.pid) };
});

afterAll(async () => {
  await besieged?.service.kill();
  await besieged?.slack.close();
  rmSync(besieged?.folder ?? '', { recursive: true, force: true });
});

describe('one service beside strangers', () => {
  it.each(Object.entries(strangers))('who %s: it answers everybody else within three seconds', async (_, act) => {
    const { slack, service, atRestMiB } = besieged ?? fail();
    const anna = slack.as('anna');
    const siege = besiege(service.port, act, { atOnce, visits });
    onTestFinished(() => siege.end());
    const answers = [];
    while (answers.length < commands || siege.connections < atOnce) {
      answers.push(await anna.command('/b24task status'));
    }
    siege.end();
    expect(answers.filter(({ status, timedOut }) => status !== 200 || timedOut)).toEqual([]);
    expect(peakMiB(service.pid) - atRestMiB).toBeLessThan(growthMiB);
  });

  it('stops as always after them', async () => {
    expect((await (besieged ?? fail()).service.stop()).code).toBe(0);
  });
});

function fail(): never {
  throw new Error('The service has not started');
}

/** The most that the process has ever had. Source: proc(5), /proc/pid/status. */
function peakMiB(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
