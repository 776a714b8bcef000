import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sendTo, shortcut } from '../journeys/composing.ts';
import { chaosTimeoutMs } from './chaos-run.ts';
import { eventsAt } from './deployment.ts';
import { withSqlite } from './engines.ts';
import { type Harness, openTasks, startHarness } from './harness.ts';
import { createRandom } from './random.ts';
import { latestExecutionMs } from './scale.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

const writer = { name: 'boris', userId: 102 };
const [task] = openTasks;
const names = ['one.png', 'two.pdf', 'three.zip'];
const minKills = 2;
const maxKills = 5;

it(
  'puts every file into the chat once, in order, although it is killed in the middle of uploads',
  { timeout: chaosTimeoutMs },
  () =>
    withSqlite(async ({ settings }) => {
      await using harness = await startHarness({ honoursKeys: false, readsChats: true });
      const seed = process.env['CHAOS_SEED'] ?? String(Date.now() % 1_000_000);
      process.stdout.write(`killed uploads: CHAOS_SEED=${seed}\n`);
      const service = killable(harness, { ...harness.settings, ...settings });
      await service.start();
      await harness.link([writer]);
      harness.portal.faults.script(killer(service, seed));

      const person = harness.slack.as(writer.name, { channel: 'general' });
      const files = names.map((name, index) => person.upload({ name, size: 200_000 + index }));
      const message = await person.post('with files', { files });
      await person.shortcut(shortcut, message);
      await person.waitForView(({ blocks }) => JSON.stringify(blocks).includes(names[0] ?? ''));
      await sendTo(person, task);
      const reply = await person.waitFor(({ text }) => text.startsWith('Sent to'), { timeoutMs: 60_000 });

      expect(service.kills()).toBeGreaterThanOrEqual(minKills);
      const [text, ...posted] = harness.portal.chat(task);
      expect(text?.text).toContain('with files');
      expect(posted.map(({ file, author }) => [file?.name, author.id])).toEqual(
        names.map((name) => [name, writer.userId]),
      );
      expect(JSON.stringify(reply.blocks)).toContain('With files: one.png, two.pdf, three.zip.');
      expect(await service.stop()).toEqual({ code: 0, signal: null });
    }),
);

/** Uploads run after a while, and their reader is gone by then, or not. */
function killer(service: ReturnType<typeof killable>, seed: string) {
  const random = createRandom(seed, 'kills');
  return ({ method }: { readonly method: string }) => {
    if (method !== 'im.v2.File.upload') {
      return undefined;
    }
    // The first ones last until they are killed.
    const ms = service.kills() < minKills ? latestExecutionMs : random.between(0, latestExecutionMs);
    service.killIn(random.between(0, latestExecutionMs));
    return { kind: 'slow', ms, moment: 'before' } as const;
  };
}

/** A process that is started again whenever it was killed, and killed so often at the most. */
function killable({ slack }: Harness, settings: Parameters<typeof startServiceProcess>[0]) {
  let running: ServiceProcess | undefined;
  let count = 0;
  let changing: Promise<void> | undefined;

  return { start, killIn, kills: () => count, stop };

  async function start(): Promise<void> {
    running = await startServiceProcess(settings);
    slack.connectHttp(eventsAt(running.port));
  }

  function killIn(ms: number): void {
    if (changing || count >= maxKills) {
      return;
    }
    count += 1;
    changing = pause(ms)
      .then(() => running?.kill())
      .then(start)
      .finally(() => {
        changing = undefined;
      });
  }

  async function stop() {
    await changing;
    return running?.stop();
  }
}
