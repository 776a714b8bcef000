import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import type { Environment } from '../src/settings/environment.ts';
import { testKey } from './support/test-key.ts';

const least = {
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99caffeebabe',
  SLACK_BOT_TOKEN: 'xoxb-2222222222-token-for-tests',
};
const clientSecret = '0123456789abcdef0123456789abcdef';
const stateSecret = 'a long text of the administrator, for states';
const applicationSecret = 'x9mL4vQ2pRt7wZc1kB8n';

describe('settings', () => {
  it('need a signing secret and a bot token, and nothing else', () => {
    expect(configOf(least)).toMatchObject({
      transport: { mode: 'http' },
      access: { kind: 'one-workspace' },
      port: 3000,
      storage: { dataDir: './data' },
      rules: { allowGuests: false },
    });
  });

  it('keep the public address without slashes at its end', () => {
    for (const PUBLIC_URL of ['https://example.com/b24', 'https://example.com/b24/', 'https://example.com/b24//']) {
      expect(configOf({ ...least, PUBLIC_URL }).publicUrl).toBe('https://example.com/b24');
    }
  });

  it('report every problem at once, by name and never by value', () => {
    const wrong = {
      SLACK_BOT_TOKEN: 'planted-secret-1',
      PORT: 'planted-secret-2',
      ENCRYPTION_KEYS: 'planted-secret-3',
      BITRIX24_PORTALS: 'planted-secret-4',
      BITRIX24_RATE: 'planted-secret-5',
      LOG_LEVEL: 'planted-secret-6',
      DATABASE_URL: 'planted-secret-7',
    };
    const problems = problemsOf(wrong);
    expect(problems.map(({ setting }) => setting).sort()).toEqual(
      [...Object.keys(wrong), 'SLACK_SIGNING_SECRET'].sort(),
    );
    expect(JSON.stringify(problems)).not.toContain('planted-secret');
  });

  it('choose Socket Mode when an app token is given', () => {
    const { SLACK_BOT_TOKEN } = least;
    expect(configOf({ SLACK_BOT_TOKEN, SLACK_APP_TOKEN: 'xapp-1-A0B24TASK0-token' }).transport.mode).toBe('socket');
  });

  it('read a secret from a file and drop its last line break', () => {
    const folder = mkdtempSync(join(tmpdir(), 'b24task-'));
    const file = join(folder, 'token');
    writeFileSync(file, `${least.SLACK_BOT_TOKEN}-file\n`);
    const config = configOf({ ...least, SLACK_BOT_TOKEN: '', SLACK_BOT_TOKEN_FILE: file });
    rmSync(folder, { recursive: true });
    expect(config.access.kind === 'one-workspace' && config.access.botToken.reveal()).toBe(
      `${least.SLACK_BOT_TOKEN}-file`,
    );
  });

  it('say when a secret file cannot be read, and when a setting is given twice', () => {
    expect(problemsOf({ ...least, SLACK_BOT_TOKEN: '', SLACK_BOT_TOKEN_FILE: '/no/such/file' })).toEqual([
      {
        setting: 'SLACK_BOT_TOKEN_FILE',
        message: 'names a file that cannot be used: it does not exist',
      },
    ]);
    expect(problemsOf({ ...least, SLACK_BOT_TOKEN_FILE: '/no/such/file' }).map(({ setting }) => setting)).toEqual([
      'SLACK_BOT_TOKEN',
    ]);
  });

  it('take empty variables for absent ones', () => {
    expect(configOf({ ...least, PORT: '', PORT_FILE: '', PUBLIC_URL: '' }).port).toBe(3000);
  });

  it('want keys of their own with PostgreSQL, and a public address with OAuth', () => {
    expect(problemsOf({ ...least, DATABASE_URL: 'postgres://x/y' }).map(({ setting }) => setting)).toEqual([
      'ENCRYPTION_KEYS',
    ]);
    const oauth = { ...least, BITRIX24_CLIENT_ID: 'local.1', BITRIX24_CLIENT_SECRET: applicationSecret };
    expect(problemsOf(oauth).map(({ setting }) => setting)).toEqual(['PUBLIC_URL']);
  });

  it.each([
    ['a bot token and a client id', { SLACK_CLIENT_ID: '1.2' }, ['SLACK_BOT_TOKEN', 'SLACK_CLIENT_ID', 'PUBLIC_URL']],
    [
      'a bot token and everything that installing needs',
      {
        SLACK_CLIENT_ID: '1.2',
        SLACK_CLIENT_SECRET: clientSecret,
        SLACK_STATE_SECRET: stateSecret,
        PUBLIC_URL: 'https://b.example',
      },
      ['SLACK_BOT_TOKEN'],
    ],
    [
      'a client id without its secrets',
      { SLACK_BOT_TOKEN: undefined, SLACK_CLIENT_ID: '1.2', PUBLIC_URL: 'https://b.example' },
      ['SLACK_CLIENT_ID'],
    ],
    [
      'a state secret alone',
      { SLACK_BOT_TOKEN: undefined, SLACK_STATE_SECRET: stateSecret, PUBLIC_URL: 'https://b.example' },
      ['SLACK_CLIENT_ID'],
    ],
    [
      'installing without a public address',
      {
        SLACK_BOT_TOKEN: undefined,
        SLACK_CLIENT_ID: '1.2',
        SLACK_CLIENT_SECRET: clientSecret,
        SLACK_STATE_SECRET: stateSecret,
      },
      ['PUBLIC_URL'],
    ],
    [
      'an application without its secret',
      { BITRIX24_CLIENT_ID: 'local.1', PUBLIC_URL: 'https://b.example' },
      ['BITRIX24_CLIENT_ID'],
    ],
    [
      'the secret of an application alone',
      { BITRIX24_CLIENT_SECRET: applicationSecret, PUBLIC_URL: 'https://b.example' },
      ['BITRIX24_CLIENT_ID'],
    ],
  ])('do not go together: %s', (_, changed, settings) => {
    expect(problemsOf({ ...least, ...changed }).map(({ setting }) => setting)).toEqual(settings);
  });

  it('say that a bot token and installing exclude each other, also where one comes from a file', () => {
    const problem = { setting: 'SLACK_BOT_TOKEN', message: 'and SLACK_CLIENT_ID exclude each other' };
    expect(problemsOf({ ...least, SLACK_CLIENT_ID: '1.2' })).toContainEqual(problem);
    expect(problemsOf({ ...least, SLACK_CLIENT_SECRET_FILE: '/no/such/file' })).toContainEqual(problem);
  });

  it.each([
    ['BITRIX24_PORTALS', 'https://intra.example/b24'],
    ['BITRIX24_PORTALS', 'https://intra.example/b24/'],
    ['BITRIX24_PORTALS', 'https://acme.bitrix24.com,https://intra.example/company/'],
    ['BITRIX24_PORTALS', 'acme.bitrix24.com'],
    ['BITRIX24_PORTALS', 'https://acme.bitrix24.com https://other.bitrix24.com'],
    ['BITRIX24_RATE', '1/2'],
    ['BITRIX24_RATE', '50/0'],
    ['BITRIX24_RATE', '50'],
    ['BITRIX24_RATE', 'acme.bitrix24.com=50/2'],
    ['BITRIX24_RATE', '50/2,'],
    ['BITRIX24_TIMEOUT_MS', '99'],
    ['BITRIX24_TIMEOUT_MS', '1000.5'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['METRICS_PORT', 'ninety'],
    ['PUBLIC_URL', 'b.example'],
    ['PUBLIC_URL', 'ftp://b.example'],
    ['SLACK_API_URL', 'https://slack.example/'],
    ['ENCRYPTION_KEYS', Buffer.alloc(31).toString('base64')],
    ['ENCRYPTION_KEYS', `${testKey(1).toString('base64')},${Buffer.alloc(33).toString('base64')}`],
    ['ENCRYPTION_KEYS', ','],
    ['DATABASE_URL', 'mysql://service@db.example/b24task'],
    ['SLACK_APP_TOKEN', 'xoxb-token'],
    ['SLACK_BOT_TOKEN', 'xapp-token'],
    ['ALLOW_GUESTS', 'yes'],
    ['DEFAULTS_BY', 'nobody'],
    ['ANNOUNCE', 'on'],
    ['LANGUAGE', 'de'],
    ['LOG_LEVEL', 'loud'],
  ])('have one problem when %s is %j', (setting, value) => {
    const keys = testKey(1).toString('base64');
    expect(problemsOf({ ...least, ENCRYPTION_KEYS: keys, [setting]: value })).toMatchObject([{ setting }]);
  });

  it('know portals by their origins, however they are written', () => {
    const { portals } = configOf({ ...least, BITRIX24_PORTALS: 'https://ACME.bitrix24.com./, http://10.0.0.5:8080 ,' });
    expect(portals).toEqual(['https://acme.bitrix24.com', 'http://10.0.0.5:8080']);
  });

  it('read a rate for all portals and for single ones', () => {
    const { rates } = configOf({ ...least, BITRIX24_RATE: '50/2,https://big.bitrix24.com=250/5' });
    expect(rates.standard).toEqual({ burst: 50, perSecond: 2 });
    expect([...rates.byPortal]).toEqual([['https://big.bitrix24.com', { burst: 250, perSecond: 5 }]]);
  });

  it('name proxies in large or small letters, and the hosts that are called without them', () => {
    const { proxies } = configOf({ ...least, HTTPS_PROXY: 'http://proxy:3128', http_proxy: 'http://other:8080' });
    expect([proxies?.https?.reveal(), proxies?.http?.reveal(), proxies?.except]).toEqual([
      'http://proxy:3128',
      'http://other:8080',
      '',
    ]);
    const small = { https_proxy: 'http://proxy:3128', no_proxy: 'localhost,.acme.example' };
    expect(configOf({ ...least, ...small }).proxies).toMatchObject({ except: 'localhost,.acme.example' });
    expect(configOf({ ...least, NO_PROXY: 'localhost' }).proxies).toBeUndefined();
    expect(problemsOf({ ...least, HTTPS_PROXY: 'proxy:3128' })).toEqual([
      { setting: 'HTTPS_PROXY', message: 'must be an http or https address' },
    ]);
  });

  it('never show a secret when printed', () => {
    const planted = { SLACK_BOT_TOKEN: 'xoxb-1-planted-for-tests', HTTPS_PROXY: 'http://anna:planted@proxy' };
    expect(JSON.stringify(configOf({ ...least, ...planted }))).not.toContain('planted');
  });
});

function configOf(env: Environment) {
  const loaded = loadConfig(env);
  if ('problems' in loaded) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  return loaded.config;
}

function problemsOf(env: Environment) {
  const loaded = loadConfig(env);
  return 'problems' in loaded ? loaded.problems : [];
}
