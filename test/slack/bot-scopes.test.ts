import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { systemClock } from '../../src/domain/system-clock.ts';
import { type SandboxSlack, startSlack } from '../../src/sandbox/slack/slack.ts';
import { createBotScopes } from '../../src/slack/directory/bot-scopes.ts';
import { createBoltLogger } from '../../src/slack/web-api/bolt-logger.ts';
import type { SlackAccess } from '../../src/slack/web-api/clients.ts';
import { createClients } from '../../src/slack/web-api/clients.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const workspace = { team: 'T0ACME0000' };
let slack: SandboxSlack;

beforeAll(async () => {
  slack = await startSlack();
});

afterAll(() => slack.close());

function scopesOf(access: SlackAccess) {
  const settings = { access, slackApiUrl: slack.apiUrl };
  const clients = createClients(settings, { logger: createBoltLogger(log), clock: systemClock });
  return createBotScopes({ access, clients, clock: systemClock, log });
}

function withToken(token: string, scopes: readonly string[]): SlackAccess {
  slack.addToken(token, scopes);
  return { kind: 'one-workspace', botToken: new Secret(token) };
}

describe('the scopes of a bot token from the settings', () => {
  it('are read from Slack once', async () => {
    const scopes = scopesOf(withToken('xoxb-files', ['chat:write', 'files:read']));
    const before = slack.calls.length;
    expect(await scopes.has(workspace, 'files:read')).toBe(true);
    expect(await scopes.has(workspace, 'reactions:write')).toBe(false);
    expect(slack.calls.slice(before).map(({ method }) => method)).toEqual(['auth.test']);
  });

  it('are none while Slack does not answer', async () => {
    const scopes = scopesOf(withToken('xoxb-lost', ['files:read']));
    const mend = slack.fault('auth.test', { reset: true });
    expect(await scopes.has(workspace, 'files:read')).toBe(false);
    mend();
  });
});

describe('the scopes of an installation', () => {
  it('are those that it was granted', async () => {
    const bot = { token: new Secret('xoxb-any'), userId: 'U1', scopes: ['files:read'] };
    const find = async ({ team }: { readonly team: string }) =>
      team === workspace.team ? { id: team, name: 'Acme', bot, installedAt: 0 } : undefined;
    const scopes = scopesOf({ kind: 'installations', find });
    expect(await scopes.has(workspace, 'files:read')).toBe(true);
    expect(await scopes.has({ team: 'T9' }, 'files:read')).toBe(false);
  });

  it('are none when the storage fails', async () => {
    const scopes = scopesOf({ kind: 'installations', find: () => Promise.reject(new Error('no storage')) });
    expect(await scopes.has(workspace, 'files:read')).toBe(false);
  });
});
