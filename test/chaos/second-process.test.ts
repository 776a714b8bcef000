import { expect, it } from 'vitest';
import { chaosTimeoutMs } from './chaos-run.ts';
import { eventsAt } from './deployment.ts';
import { withSqlite } from './engines.ts';
import { openTasks, relinker, startScene } from './scene.ts';
import { DidNotStart, startServiceProcess } from './service-process.ts';

it(
  'lets no second process use the same SQLite folder, and another one as soon as the first has died',
  {
    timeout: chaosTimeoutMs,
  },
  () =>
    withSqlite(async (storage) => {
      await using scene = await startScene({ honoursKeys: true });
      const settings = { ...scene.settings, ...storage.settings };
      const first = await startServiceProcess(settings, 'product');
      const refused = await startServiceProcess(settings, 'product').catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(DidNotStart);
      expect(refused).toMatchObject({ exit: { code: 1, signal: null } });
      expect(String(refused)).toContain(`Another process uses ${storage.settings['DATA_DIR']}`);

      scene.slack.connectHttp(eventsAt(first.port));
      await scene.link([relinker]);
      await first.kill();
      const next = await startServiceProcess(settings, 'product');
      scene.slack.connectHttp(eventsAt(next.port));
      await scene.slack.as(relinker.name).command(`/b24task ${openTasks[0]} still linked`);
      await scene.slack.waitFor(relinker.name, ({ text }) => text.startsWith('Sent to'));
      expect(scene.portal.chat(openTasks[0])).toMatchObject([{ text: 'still linked' }]);
      expect(await next.stop()).toEqual({ code: 0, signal: null });
    }),
);
