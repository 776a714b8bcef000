import { App, HTTPReceiver, LogLevel, type Middleware, type SlackCommandMiddlewareArgs } from '@slack/bolt';
import { z } from 'zod';

const environment = z.object({ SLACK_SIGNING_SECRET: z.string(), HOST: z.string(), PORT: z.coerce.number() });

/** Starts the leanest Bolt app that its makers offer: no conversation store, no question to Slack per request. */
export async function startBoltApp(listener: Middleware<SlackCommandMiddlewareArgs>): Promise<void> {
  const { SLACK_SIGNING_SECRET, HOST, PORT } = environment.parse(process.env);
  const receiver = new HTTPReceiver({ signingSecret: SLACK_SIGNING_SECRET, logLevel: LogLevel.ERROR });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-bench', botId: 'B0BENCH01', botUserId: 'U0BENCH01' }),
    convoStore: false,
    logLevel: LogLevel.ERROR,
  });
  app.command('/b24task', listener);
  await receiver.start({ host: HOST, port: PORT });
  // Leaving by itself, and not by the signal, is what writes the compile cache.
  process.once('SIGTERM', () => process.exit());
}
