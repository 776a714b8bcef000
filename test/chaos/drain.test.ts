import { Agent } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { startSlack } from '../../src/sandbox/slack/slack.ts';
import { withSqlite } from './engines.ts';
import { startServiceProcess } from './service-process.ts';
import { ask, helpBody, type Reply } from './signed-commands.ts';

const clients = 20;

it(
  'answers all that it takes while it stops, over connections that are kept, and is done in time',
  {
    timeout: 60_000,
  },
  () =>
    withSqlite(async (storage) => {
      const slack = await startSlack();
      onTestFinished(() => slack.close());
      const service = await startServiceProcess(
        {
          ...storage.settings,
          SLACK_SIGNING_SECRET: slack.app.signingSecret,
          SLACK_BOT_TOKEN: slack.botToken(),
          SLACK_API_URL: slack.apiUrl,
          HOST: '127.0.0.1',
          PORT: '0',
        },
        'product',
      );
      onTestFinished(async () => void (await service.kill()));
      let [isReady, sent] = [true, 0];
      const replies: Reply[] = [];

      const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
      const load = agents.map(async (agent) => {
        while (isReady) {
          sent += 1;
          const body = helpBody(sent);
          replies.push(
            await ask(service.port, agent, { path: '/slack/events', body, secret: slack.app.signingSecret }),
          );
        }
      });
      await expect.poll(() => replies.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(clients);
      expect(replies.every(({ headers }) => headers.connection === 'keep-alive')).toBe(true);

      const ended = service.stop();
      const afterStop = replies.length;
      while (isReady) {
        const { status } = await ask(service.port, false, { path: '/health/ready' });
        isReady = status === 200;
      }
      await Promise.all(load);
      expect(replies).toHaveLength(sent);
      expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
      expect(replies.length).toBeGreaterThan(afterStop);
      expect(replies.at(-1)?.headers.connection).toBe('close');
      expect(await ended).toEqual({ code: 0, signal: null });
      expect(service.log.at(-1)).toContain('"msg":"stopped"');
      for (const agent of agents) {
        agent.destroy();
      }
    }),
);
