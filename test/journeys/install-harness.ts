import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { type Portal, startPortal } from '../../src/sandbox/bitrix24/portal.ts';
import type { AppSeed, SandboxClock, WorkspaceSeed } from '../../src/sandbox/slack/options.ts';
import { type SandboxSlack, startSlack } from '../../src/sandbox/slack/slack.ts';
import { createService, type Overrides, type Service } from '../../src/service/service.ts';
import type { Engine } from '../support/harness.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { patientSlack } from '../support/patient-slack.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { testKey } from '../support/test-key.ts';

type Replica = { readonly service: Service; readonly url: string };

/** One service, or several replicas of it, that workspaces install. */
export type InstallHarness = {
  readonly slack: SandboxSlack;
  readonly portal: Portal;
  readonly replicas: readonly Replica[];
  readonly settings: Readonly<Record<string, string>>;
  readonly log: readonly string[];
  /** Goes through the pages of the service and of Slack, as somebody who installs the app does. */
  install(team: string, options?: { org?: boolean; replica?: number }): Promise<Page>;
  /** Links a person, as they do it themselves. */
  link(name: string, team: string, userId: number): Promise<void>;
  /** Slack sends everything to this replica from now on. */
  reach(replica: number): void;
};

/** What the service, its replicas and the local Slack are started with. */
export type InstallOptions = {
  readonly engine?: Engine;
  readonly replicas?: number;
  readonly workspaces?: readonly WorkspaceSeed[];
  readonly app?: Partial<AppSeed>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly clock?: SandboxClock;
  readonly overrides?: Overrides;
};

/** A page as a browser gets it. */
export type Page = { readonly status: number; readonly headers: Headers; readonly html: string };

/** A workspace into which the app is not installed yet. */
export function workspace(domain: string, more: Partial<WorkspaceSeed> = {}): WorkspaceSeed {
  return {
    domain,
    name: domain.toUpperCase(),
    installed: false,
    people: [{ name: 'anna', isAdmin: true }, { name: 'bob' }],
    channels: [{ name: 'general', withApp: true }],
    ...more,
  };
}

/** A local Slack and portal, and replicas of the service that can be installed. Everything ends with the test. */
export async function openInstallHarness(options: InstallOptions = {}): Promise<InstallHarness> {
  const { engine = 'SQLite', workspaces = [workspace('acme'), workspace('other')] } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-install-'));
  const database = engine === 'PostgreSQL' ? await createTestDatabase() : undefined;
  const slackOptions = { ...patientSlack, workspaces, ...(options.app ? { app: options.app } : {}) };
  const slack = await startSlack({ ...slackOptions, ...(options.clock ? { clock: options.clock } : {}) });
  const portal = await startPortal();
  const log: string[] = [];
  const settings: Record<string, string> = {
    SLACK_SIGNING_SECRET: slack.app.signingSecret,
    SLACK_CLIENT_ID: slack.app.clientId,
    SLACK_CLIENT_SECRET: slack.app.clientSecret,
    SLACK_STATE_SECRET: 'planted-state-secret-that-is-long-enough',
    SLACK_API_URL: slack.apiUrl,
    BITRIX24_PORTALS: portal.origin,
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'trace',
    ...(database ? { DATABASE_URL: database.url, ENCRYPTION_KEYS: testKey(7).toString('base64') } : {}),
    ...options.settings,
  };
  const replicas: Replica[] = [];
  for (let count = 0; count < (options.replicas ?? 1); count += 1) {
    replicas.push(
      await startReplica(settings, { logSink: { write: (line) => void log.push(line) }, ...options.overrides }),
    );
  }
  onTestFinished(async () => {
    for (const { service } of replicas) {
      await service.stop();
    }
    await Promise.all([slack.close(), portal.close()]);
    await database?.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const reach = (replica: number) => slack.connectHttp(`${urlOf(replicas, replica)}/slack/events`);
  reach(0);
  return { slack, portal, replicas, settings, log, reach, install, link };

  async function install(team: string, { org = false, replica = 0 } = {}): Promise<Page> {
    const browser = createBrowser();
    const begun = await browser.open(`${urlOf(replicas, replica)}/slack/install`);
    return browser.open(slack.consent(linkOn(begun), { team, user: 'anna', org }));
  }

  async function link(name: string, team: string, userId: number): Promise<void> {
    const person = slack.as(name, { team });
    await person.command('/b24task link');
    await person.waitForView(() => true);
    const url = portal.createWebhook({ userId, scopes: ['task', 'tasks'] }).url;
    const submission = await person.submit({ 'webhook-url': url });
    const problems = Object.values(submission.errors);
    if (problems.length > 0) {
      throw new Error(problems.join(' '));
    }
    await person.closeView({ all: true });
  }
}

/** A browser that keeps cookies as it was told, follows no redirects, and prefers a language. */
export function createBrowser(language = 'en') {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async open(url: string): Promise<Page> {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { redirect: 'manual', headers: { cookie, 'accept-language': language } });
      for (const line of response.headers.getSetCookie()) {
        keep(line);
      }
      return { status: response.status, headers: response.headers, html: await response.text() };
    },
  };

  function keep(line: string): void {
    const [pair = '', ...rules] = line.split('; ');
    const [name = '', value = ''] = pair.split('=');
    const ends = rules.some((rule) => /^(?:Max-Age=0|Expires=Thu, 01 Jan 1970)/.test(rule));
    if (ends) {
      cookies.delete(name);
    } else {
      cookies.set(name, value);
    }
  }
}

/**
 * A clock for a whole service: it stands at the real time, and what takes a second and a half or more waits for the test.
 */
export function serviceClock(): ManualClock {
  return manualClock({ epochMs: Date.now(), runsBelowMs: 1_500 });
}

/** Everything that the service has stored, as one text. */
export async function storedText({ settings }: Pick<InstallHarness, 'settings'>): Promise<string> {
  const tables = ['records', 'outbox'].map((table) => `SELECT * FROM ${table}`);
  if (!settings['DATABASE_URL']) {
    const file = new DatabaseSync(join(settings['DATA_DIR'] ?? '', 'b24task.db'), { readOnly: true });
    const rows = tables.map((query) => file.prepare(query).all());
    file.close();
    return JSON.stringify(rows);
  }
  const client = new Client({ connectionString: settings['DATABASE_URL'] });
  await client.connect();
  const rows = [];
  for (const query of tables) {
    rows.push((await client.query(query)).rows);
  }
  await client.end();
  return JSON.stringify(rows);
}

/** Where the one link on a page leads. */
export function linkOn({ html }: Page): string {
  return (/href="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&amp;', '&');
}

async function startReplica(settings: Readonly<Record<string, string>>, overrides: Overrides): Promise<Replica> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const given = { PUBLIC_URL: url, ...settings, PORT: String(port) };
  const loaded = loadConfig(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')));
  if ('problems' in loaded) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  const service = createService(loaded.config, { ...overrides, timing: { drainMs: 0, ...overrides.timing } });
  await service.start();
  return { service, url };
}

function urlOf(replicas: readonly Replica[], index: number): string {
  return replicas[index]?.url ?? '';
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
