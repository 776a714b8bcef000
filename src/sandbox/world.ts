import { loadConfig } from '../config.ts';
import { createService, type Overrides, type Service } from '../service/service.ts';
import { type Portal, type PortalOptions, startPortal } from './bitrix24/portal.ts';
import { openFrontDoor } from './front-door.ts';
import type { SlackOptions } from './slack/options.ts';
import { type SandboxSlack, startSlack } from './slack/slack.ts';

/** What a world may be told; everything has a default. */
export type WorldOptions = {
  /** How Slack reaches the service. */
  readonly mode?: 'http' | 'socket';
  readonly slack?: SlackOptions;
  readonly portal?: PortalOptions;
  /** The portal has an application for the service, so that people can connect by consent. */
  readonly application?: boolean;
  /** Settings of the service beside those that connect it to this world. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly overrides?: Overrides;
};

/** A local Slack, a local portal, and the real service between them. */
export type SandboxWorld = {
  readonly slack: SandboxSlack;
  readonly portal: Portal;
  /** The service that runs now; replaced by `restart`. */
  readonly service: Service;
  /** Where the service listens. */
  readonly serviceUrl: string;
  /** The settings of the service that runs now, as an administrator gives them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where its metrics are, when `METRICS_PORT` is set. */
  readonly metricsUrl: string | undefined;
  /** Makes a webhook with the scopes that are needed, for the portal's user of this number. */
  webhookFor(userId: number): string;
  /** Links a Slack person as they would do it themselves: command, modal, submit. */
  link(name: string, userId: number): Promise<void>;
  /**
   * Gives the portal another address and has the administrator allow it beside the old one, for which the service is
   * started again.
   */
  renamePortal(): Promise<void>;
  /**
   * Stops the service and starts it again on the same storage. Rejects, and changes nothing, where a setting is wrong.
   */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
};

/** Starts a world. The service gets its settings as an administrator would give them. */
export async function startWorld(options: WorldOptions = {}): Promise<SandboxWorld> {
  const mode = options.mode ?? 'http';
  const door = options.application ? await openFrontDoor() : undefined;
  const [slack, portal] = await Promise.all([
    startSlack(options.slack),
    startPortal({ ...(door ? { oauth: applicationAt(door.url) } : {}), ...options.portal }),
  ]);
  let environment: Readonly<Record<string, string>> = {
    ...connect(slack, portal, mode),
    ...(door ? connectByConsent(door.url, portal) : {}),
    ...options.settings,
  };
  let config = readSettings(environment);
  let running = await startService();

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
    webhookFor: (userId) => portal.createWebhook({ userId, scopes: ['task', 'tasks'] }).url,
    link,
    async renamePortal() {
      await portal.rename();
      await restart({ BITRIX24_PORTALS: `${environment['BITRIX24_PORTALS']},${portal.origin}` });
    },
    restart,
    async close() {
      await running.service.stop();
      await Promise.all([slack.close(), portal.close(), door?.close()]);
    },
  };

  async function restart(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    config = readSettings({ ...environment, ...settings });
    environment = { ...environment, ...settings };
    await running.service.stop();
    running = await startService();
  }

  async function startService(): Promise<{ service: Service; url: string; metricsUrl: string | undefined }> {
    // Nobody stands between Slack and the service here, who would have to be told that it ends.
    const timing = { drainMs: 0, ...options.overrides?.timing };
    const service = createService(config, { ...options.overrides, timing });
    const { port, metricsPort } = await service.start();
    const url = `http://127.0.0.1:${port}`;
    door?.leadTo(url);
    if (mode === 'http') {
      slack.connectHttp(`${url}/slack/events`);
    } else {
      await slack.connectSocket();
    }
    return { service, url, metricsUrl: metricsPort === undefined ? undefined : `http://127.0.0.1:${metricsPort}` };
  }

  async function link(name: string, userId: number): Promise<void> {
    const person = slack.as(name);
    await person.command('/b24task link');
    await person.waitForView(() => true);
    const url = portal.createWebhook({ userId, scopes: ['task', 'tasks'] }).url;
    const submission = await person.submit({ 'webhook-url': url });
    const problems = Object.values(submission.errors);
    if (problems.length > 0) {
      throw new Error(`${name} could not be linked: ${problems.join(' ')}`);
    }
    await person.closeView({ all: true });
  }
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

/** An empty text takes away a setting that the world has by itself. */
function readSettings(env: Readonly<Record<string, string>>) {
  const loaded = loadConfig(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if ('problems' in loaded) {
    throw new Error(loaded.problems.map(({ setting, message }) => `${setting} ${message}`).join('; '));
  }
  return loaded.config;
}
