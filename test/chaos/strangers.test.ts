import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { startSlack } from '../../src/sandbox/slack/slack.ts';
import { besiege, strangers } from '../support/strangers.ts';
import { eventsAt } from './deployment.ts';
import { withSqlite } from './engines.ts';
import { slowness } from './scale.ts';
import { startServiceProcess } from './service-process.ts';

const atOnce = 200;
const visits = 400;
const commands = 25;

/** Slack's three seconds, on a machine that others use as well so much longer as everything takes there. */
const patienceMs = 3_000 * slowness;

/** What the process may need above what it has at rest: young objects, connections, and the bodies that are under way. */
const growthMiB = 192;

it.each(Object.entries(strangers))(
  'strangers who %s keep nobody from being answered within three seconds',
  { timeout: 300_000 },
  (_, act) =>
    withSqlite(async (storage) => {
      const slack = await startSlack({ ackTimeoutMs: patienceMs });
      const service = await startServiceProcess(
        {
          ...storage.settings,
          NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=8',
          SLACK_SIGNING_SECRET: slack.app.signingSecret,
          SLACK_BOT_TOKEN: slack.botToken(),
          SLACK_API_URL: slack.apiUrl,
          HOST: '127.0.0.1',
          PORT: '0',
        },
        'product',
      );
      onTestFinished(async () => {
        await service.kill();
        await slack.close();
      });
      slack.connectHttp(eventsAt(service.port));
      const anna = slack.as('anna');
      expect((await anna.command('/b24task help')).status).toBe(200);
      const atRest = memoryMiB(service.pid, 'VmRSS');

      const siege = besiege(service.port, act, { atOnce, visits });
      onTestFinished(() => siege.end());
      const answers = [];
      while (answers.length < commands || siege.connections < atOnce) {
        answers.push(await anna.command('/b24task status'));
      }
      siege.end();
      expect(answers.filter(({ status, timedOut }) => status !== 200 || timedOut)).toEqual([]);
      expect(memoryMiB(service.pid, 'VmHWM') - atRest).toBeLessThan(growthMiB);
      expect((await service.stop()).code).toBe(0);
    }),
);

/** Source: proc(5), /proc/pid/status. */
function memoryMiB(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const [, kibibytes] =
    new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
