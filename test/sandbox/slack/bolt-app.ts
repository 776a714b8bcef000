import { App, HTTPReceiver, LogLevel, SocketModeReceiver, webApi } from '@slack/bolt';
import type { SandboxSlack } from '../../../src/sandbox/slack/slack.ts';

/** How a Bolt app receives interactions. */
export type Mode = 'HTTP' | 'Socket Mode';
/** Both ways, for tests that run in each. */
export const modes: readonly Mode[] = ['HTTP', 'Socket Mode'];

/** A running Bolt app; `url` is where it listens, over HTTP. */
export type RunningApp = {
  readonly url: string;
  stop(): Promise<void>;
};

/** Starts a small Bolt app against the sandbox, as its makers intend it to be started. */
export async function startApp(slack: SandboxSlack, mode: Mode, register: (app: App) => void): Promise<RunningApp> {
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
  const receiver =
    mode === 'HTTP'
      ? new HTTPReceiver({ signingSecret: slack.app.signingSecret, logLevel: LogLevel.ERROR })
      : new SocketModeReceiver({
          appToken: slack.app.appToken,
          logLevel: LogLevel.ERROR,
          // The next ping closes a connection that was asked to come back; a busy machine answers late.
          clientPingTimeout: 2_000,
          installerOptions: { clientOptions },
        });
  const app = new App({
    token: slack.botToken(),
    receiver,
    clientOptions,
    convoStore: false,
    deferInitialization: true,
    logLevel: LogLevel.ERROR,
  });
  register(app);
  await app.init();
  if (receiver instanceof HTTPReceiver) {
    const server = await receiver.start({ port: 0, host: '127.0.0.1' });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const url = `http://127.0.0.1:${port}/slack/events`;
    slack.connectHttp(url);
    return {
      url,
      async stop() {
        server.closeAllConnections();
        await receiver.stop();
      },
    };
  }
  const connected = slack.connectSocket();
  await receiver.client.start();
  await connected;
  return {
    url: '',
    async stop() {
      await receiver.client.disconnect();
    },
  };
}

/** A Web API client of the makers of Slack, without retries; null: without a token. */
export function clientOf(slack: SandboxSlack, token: string | null = slack.botToken()): webApi.WebClient {
  return new webApi.WebClient(token ?? undefined, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silentLogger,
  });
}

/** The client prints what it is refused; here refusals are what is tested. */
export const silentLogger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** The `data` of the platform error that a call ends with, as Slack answered it. */
export async function accessRefusalOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    if (error instanceof webApi.WebAPIPlatformError) {
      return { ...error.data };
    }
    throw error;
  }
  throw new Error('The call was expected to be refused');
}

/** A clock that only a test moves; it stands at the real time at first, because Bolt checks timestamps. */
export function manualClock(): { now(): number; advance(ms: number): void } {
  const start = Date.now();
  let ahead = 0;
  return {
    now: () => start + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}

/** A plain text object of Block Kit. */
export const plain = (text: string) => ({ type: 'plain_text' as const, text });
