import { expect, it } from 'vitest';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { portalOriginOf, taskIdOf } from '../../src/domain/portal.ts';
import { openStorage } from '../../src/storage/open.ts';
import { chaosTimeoutMs } from './chaos-run.ts';
import { eventsAt } from './deployment.ts';
import { withSqlite } from './engines.ts';
import { type Harness, openTasks, startHarness, steadyWriters, type Writer } from './harness.ts';
import { startServiceProcess } from './service-process.ts';

const waiting = 10_000;

it(
  'is ready before thousands of waiting deliveries are sent, and holds nobody else up',
  { timeout: chaosTimeoutMs },
  () =>
    withSqlite(async (storage) => {
      await using harness = await startHarness({ honoursKeys: true });
      const { slack, portal } = harness;
      const settings = { ...harness.settings, ...storage.settings };
      const [busy, other] = steadyWriters;
      if (!busy || !other) {
        throw new Error('Two people are needed');
      }
      const first = await startServiceProcess(settings, 'product');
      slack.connectHttp(eventsAt(first.port));
      await harness.link([busy, other]);
      await first.stop();
      await fill(harness, busy, storage.settings['DATA_DIR'] ?? '');

      const second = await startServiceProcess(settings, 'product');
      const ready = await fetch(`http://127.0.0.1:${second.port}/health/ready`);
      expect(ready.status).toBe(200);
      expect(portal.chat(openTasks[0]).length).toBeLessThan(waiting / 10);

      slack.connectHttp(eventsAt(second.port));
      await slack.as(other.name).command(`/b24task ${openTasks[1]} me too`);
      await slack.waitFor(other.name, ({ text }) => text.startsWith('Sent to'));
      const before = portal.chat(openTasks[0]).length;
      expect(before).toBeGreaterThan(0);
      expect(before).toBeLessThan(waiting / 10);
      expect(await second.stop()).toEqual({ code: 0, signal: null });
    }),
);

/** Puts deliveries of one person into the outbox, as if their portal had been out of reach for hours. */
async function fill({ slack, portalOrigin }: Harness, writer: Writer, dataDir: string): Promise<void> {
  const { id: user, teamId: tenant } = slack.directory.person(writer.name);
  const person = { tenant, user };
  const task = taskIdOf(String(openTasks[0]));
  const origin = portalOriginOf(portalOrigin);
  const silent = { error() {}, warn() {}, info() {}, debug() {} };
  const storage = await openStorage(
    { dataDir },
    { timing: defaultTiming, rateOf: () => ({ burst: 50, perSecond: 2 }), holder: 'the test', log: silent },
  );
  const identity = await storage.identities.find(person);
  if (!identity || !task || !origin) {
    throw new Error(`${writer.name} is not linked`);
  }
  const { account, id: identityId } = identity;
  const route = { team: tenant, user, locale: 'en' as const, place: { channel: '' } };
  await Promise.all(
    Array.from({ length: waiting }, (_, index) =>
      storage.outbox.accept({
        id: `waiting-${index}`,
        person,
        account,
        identityId,
        task,
        requests: [JSON.stringify({ fields: { taskId: task, text: `message ${index}` } })],
        losses: [],
        route,
      }),
    ),
  );
  await storage.close();
}
