import { loadConfig } from '../config.ts';
import { createService, type Overrides, type Service } from '../service/service.ts';
import { type Portal, type PortalOptions, startPortal } from './bitrix24/portal.ts';
import { startReverseProxy } from './reverse-proxy.ts';
import { startServiceProcess } from './service-process.ts';
import type { SlackOptions } from './slack/options.ts';
import { type SandboxSlack, startSlack } from './slack/slack.ts';

/** What a sandbox may be told; everything has a default. */
export type SandboxOptions = {
  /** How Slack reaches the service. */
  readonly mode?: 'http' | 'socket';
  readonly slack?: SlackOptions;
  readonly portal?: PortalOptions;
  /** The portal has an application for the service, so that people can connect by consent. */
  readonly application?: boolean;
  /** Settings of the service beside those that connect it to this sandbox. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly overrides?: Overrides;
  /** The service runs in a process of its own, without `overrides`; each line of its log goes here. */
  readonly apart?: (line: string) => void;
  /** What Node is given to run there: flags and a file; the source by default. */
  readonly program?: readonly string[];
};

/** A local Slack, a local portal, and the real service between them. */
export type Sandbox = {
  readonly slack: SandboxSlack;
  readonly portal: Portal;
  /** The service that runs now; replaced by `restart`. */
  readonly service: Pick<Service, 'stop'>;
  /** Where the service listens. */
  readonly serviceUrl: string;
  /** The settings of the service that runs now, as an administrator gives them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where its metrics are, when `METRICS_PORT` is set. */
  readonly metricsUrl: string | undefined;
  /** Makes a webhook for the portal's user of this number, with all scopes that the app asks for or with these. */
  webhookFor(userId: number, scopes?: readonly string[]): string;
  /** Links a Slack person as they would do it themselves: command, modal, submit. */
  link(name: string, userId: number, scopes?: readonly string[]): Promise<void>;
  /** Has the app answer a person in a language, as they would ask for it themselves. */
  chooseLanguage(name: string, language: string): Promise<void>;
  /**
   * Gives the portal another address and has the administrator allow it beside the old one, for which the service is
   * started again.
   */
  renamePortal(options?: { readonly tls?: boolean }): Promise<void>;
  /**
   * Stops the service and starts it again on the same storage. Rejects, and changes nothing, where a setting is wrong.
   */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Kills the service without warning and starts it again. Rejects where it runs in this process. */
  crash(): Promise<void>;
  close(): Promise<void>;
};

/** What people give their webhooks who follow the app's form. */
export const askedScopes: readonly string[] = ['task', 'tasks', 'im'];

/** Starts a sandbox. The service gets its settings as an administrator would give them. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const mode = options.mode ?? 'http';
  const proxy = options.application ? await startReverseProxy() : undefined;
  const [slack, portal] = await Promise.all([
    startSlack(options.slack),
    startPortal({ ...(proxy ? { oauth: applicationAt(proxy.url) } : {}), ...options.portal }),
  ]);
  let environment: Readonly<Record<string, string>> = {
    ...connect(slack, portal, mode),
    ...(proxy ? connectByConsent(proxy.url, portal) : {}),
    ...options.settings,
  };
  let config = readSettings(environment);
  let running = await start();

  return {
    slack,
    portal,
    get environment() {
      return environment;
    },
    get service() {
      return running.service;
    },
    get serviceUrl() {
      return running.url;
    },
    get metricsUrl() {
      return running.metricsUrl;
    },
    webhookFor,
    link,
    async chooseLanguage(name, language) {
      await slack.as(name).command(`/b24task language ${language}`);
    },
    async renamePortal(renamed) {
      await portal.rename(renamed);
      await restart({ BITRIX24_PORTALS: `${environment['BITRIX24_PORTALS']},${portal.origin}` });
    },
    restart,
    async crash() {
      if (!running.kill) {
        throw new Error('The service runs in this process, and cannot be killed alone');
      }
      await running.kill();
      running = await start();
    },
    async close() {
      // Nothing of a sandbox is kept: a process of its own need not end politely.
      await (running.kill ?? running.service.stop)();
      await Promise.all([slack.close(), portal.close(), proxy?.close()]);
    },
  };

  async function restart(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    config = readSettings({ ...environment, ...settings });
    environment = { ...environment, ...settings };
    await running.service.stop();
    running = await start();
  }

  async function start(): Promise<RunningService> {
    const started = await (options.apart
      ? startApart(environment, options.apart, options.program)
      : startHere(config, options.overrides));
    proxy?.setTarget(started.url);
    if (mode === 'http') {
      slack.connectHttp(`${started.url}/slack/events`);
    } else {
      await slack.connectSocket();
    }
    return started;
  }

  function webhookFor(userId: number, scopes: readonly string[] = askedScopes): string {
    return portal.createWebhook({ userId, scopes }).url;
  }

  async function link(name: string, userId: number, scopes?: readonly string[]): Promise<void> {
    const person = slack.as(name);
    await person.command('/b24task link');
    await person.waitForView(() => true);
    const submission = await person.submit({ 'webhook-url': webhookFor(userId, scopes) });
    const problems = Object.values(submission.errors);
    if (problems.length > 0) {
      throw new Error(`${name} could not be linked: ${problems.join(' ')}`);
    }
    await person.closeView({ all: true });
  }
}

type RunningService = {
  readonly service: Pick<Service, 'stop'>;
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly kill?: () => Promise<void>;
};

async function startHere(config: ReturnType<typeof readSettings>, overrides: Overrides = {}): Promise<RunningService> {
  // Nobody stands between Slack and the service here, who would have to be told that it ends.
  const timing = { drainMs: 0, ...overrides.timing };
  const service = createService(config, { ...overrides, timing });
  const { port, metricsPort } = await service.start();
  return { service, url: addressOf(port), metricsUrl: metricsPort === undefined ? undefined : addressOf(metricsPort) };
}

async function startApart(
  environment: Readonly<Record<string, string>>,
  log: (line: string) => void,
  program?: readonly string[],
): Promise<RunningService> {
  const { port, stop, kill } = await startServiceProcess(environment, log, program);
  return { service: { stop }, url: addressOf(port), metricsUrl: undefined, kill };
}

function addressOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function connect(slack: SandboxSlack, portal: Portal, mode: 'http' | 'socket'): Record<string, string> {
  return {
    ...(mode === 'http' ? { SLACK_SIGNING_SECRET: slack.app.signingSecret } : { SLACK_APP_TOKEN: slack.app.appToken }),
    SLACK_BOT_TOKEN: slack.botToken(),
    SLACK_API_URL: slack.apiUrl,
    BITRIX24_PORTALS: portal.origin,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
  };
}

/** The application as the portal's card describes it, which names the address that people come back to. */
function applicationAt(publicUrl: string) {
  return {
    clientId: 'local.sandbox',
    clientSecret: 'sandbox-application-secret',
    handlerUrl: `${publicUrl}/bitrix24/callback`,
    scopes: askedScopes,
  };
}

function connectByConsent(publicUrl: string, portal: Portal): Record<string, string> {
  const { clientId, clientSecret } = applicationAt(publicUrl);
  return {
    PUBLIC_URL: publicUrl,
    BITRIX24_CLIENT_ID: clientId,
    BITRIX24_CLIENT_SECRET: clientSecret,
    BITRIX24_OAUTH_URL: portal.origin,
  };
}

/** An empty text takes away a setting that the sandbox has by itself. */
function readSettings(env: Readonly<Record<string, string>>) {
  const loaded = loadConfig(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if ('problems' in loaded) {
    throw new Error(loaded.problems.map(({ setting, message }) => `${setting} ${message}`).join('; '));
  }
  return loaded.config;
}
