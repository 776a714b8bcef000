import { Agent } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { startSlack } from '../../src/sandbox/slack/slack.ts';
import { hasNginx, startNginx } from '../support/nginx.ts';
import { withPostgres } from './engines.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';
import { ask, helpBody, type Reply } from './signed-commands.ts';

const clients = 20;

it.runIf(hasNginx)(
  'replaces replicas one after the other behind nginx, with kept connections, and nobody notices',
  { timeout: 90_000 },
  () =>
    withPostgres(async ({ settings, databaseUrl = '' }) => {
      const slack = await startSlack();
      onTestFinished(() => slack.close());
      const secret = slack.app.signingSecret;
      const start = async (): Promise<ServiceProcess> => {
        const service = await startServiceProcess(
          {
            ...settings,
            DATABASE_URL: databaseUrl,
            SLACK_SIGNING_SECRET: secret,
            SLACK_BOT_TOKEN: slack.botToken(),
            SLACK_API_URL: slack.apiUrl,
            HOST: '127.0.0.1',
            PORT: '0',
          },
          'product',
        );
        onTestFinished(async () => void (await service.kill()));
        return service;
      };
      const [first, second] = await Promise.all([start(), start()]);
      const port = await startNginx([first.port, second.port]);

      let [isOpen, sent] = [true, 0];
      const replies: Reply[] = [];
      const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
      const load = agents.map(async (agent) => {
        while (isOpen) {
          sent += 1;
          replies.push(await ask(port, agent, { path: '/slack/events', body: helpBody(sent), secret }));
        }
      });
      await expect.poll(() => replies.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(clients);
      expect(await first.stop()).toEqual({ code: 0, signal: null });
      const afterStop = replies.length;
      await expect.poll(() => replies.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(afterStop + clients);
      isOpen = false;
      await Promise.all(load);

      expect(replies).toHaveLength(sent);
      expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
      for (const agent of agents) {
        agent.destroy();
      }
    }),
);
