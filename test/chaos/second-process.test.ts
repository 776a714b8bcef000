import { expect, it } from 'vitest';
import { chaosTimeoutMs } from './chaos-run.ts';
import { eventsAt } from './deployment.ts';
import { withSqlite } from './engines.ts';
import { openTasks, relinker, startHarness } from './harness.ts';
import { DidNotStart, startServiceProcess } from './service-process.ts';

it(
  'lets no second process use the same SQLite folder, and another one as soon as the first has died',
  {
    timeout: chaosTimeoutMs,
  },
  () =>
    withSqlite(async (storage) => {
      await using harness = await startHarness({ honoursKeys: true });
      const settings = { ...harness.settings, ...storage.settings };
      const first = await startServiceProcess(settings, 'product');
      const refused = await startServiceProcess(settings, 'product').catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(DidNotStart);
      expect(refused).toMatchObject({ exit: { code: 1, signal: null } });
      expect(String(refused)).toContain(`Another process uses ${storage.settings['DATA_DIR']}`);

      harness.slack.connectHttp(eventsAt(first.port));
      await harness.link([relinker]);
      await first.kill();
      const next = await startServiceProcess(settings, 'product');
      harness.slack.connectHttp(eventsAt(next.port));
      await harness.slack.as(relinker.name).command(`/b24task ${openTasks[0]} still linked`);
      await harness.slack.waitFor(relinker.name, ({ text }) => text.startsWith('Sent to'));
      expect(harness.portal.chat(openTasks[0])).toMatchObject([{ text: 'still linked' }]);
      expect(await next.stop()).toEqual({ code: 0, signal: null });
    }),
);
