import { describe, expect, it } from 'vitest';
import { testKey } from '../support/test-key.ts';
import { configOf, least, problemsWith } from './loading.ts';

/** Settings with all that both kinds of OAuth need. */
const oauth = {
  SLACK_SIGNING_SECRET: least.SLACK_SIGNING_SECRET,
  SLACK_CLIENT_ID: '1111111111.2222222222',
  SLACK_CLIENT_SECRET: '0123456789abcdef0123456789abcdef',
  SLACK_STATE_SECRET: 'fbf1c2b15d81fb2b6a86b42a8ff48d4b',
  BITRIX24_CLIENT_ID: 'local.65f1a2b3c4d5e6.12345678',
  BITRIX24_CLIENT_SECRET: 'x9mL4vQ2pRt7wZc1kB8nYhG3jD6fS0aE5uI',
  PUBLIC_URL: 'https://tasks.example.com',
};

const keyOf = (bytes: Uint8Array | readonly number[]) => Buffer.from(bytes).toString('base64');

describe('secrets', () => {
  it.each([
    ['SLACK_SIGNING_SECRET', '~'],
    ['SLACK_SIGNING_SECRET', '8f742231b10e8888abcd99caffeebab'],
    ['SLACK_SIGNING_SECRET', 'your signing secret from the Slack app'],
    ['SLACK_SIGNING_SECRET', '0'.repeat(32)],
    ['SLACK_CLIENT_SECRET', '~'],
    ['SLACK_CLIENT_SECRET', '0123456789abcdef 0123456789abcdef'],
    ['SLACK_STATE_SECRET', 'only-a-short-one'],
    ['SLACK_STATE_SECRET', 'abab'.repeat(16)],
    ['SLACK_STATE_SECRET', `${'fbf1c2b15d81fb2b6a86'.repeat(2)}\nsecond line`],
    ['BITRIX24_CLIENT_SECRET', '~'],
    ['BITRIX24_CLIENT_SECRET', 'x'.repeat(50)],
  ])('are refused when %s is %j', (setting, value) => {
    const problems = problemsWith({ ...oauth, [setting]: value });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${setting} (?:must|is too short|cannot) `))]);
    expect(problems.join()).not.toContain(value);
  });

  it.each([
    ['SLACK_APP_TOKEN', 'xapp-'],
    ['SLACK_APP_TOKEN', 'xapp-1-A0B24TASK0'],
    ['SLACK_BOT_TOKEN', 'xoxb-short'],
    ['SLACK_BOT_TOKEN', 'xoxp-2222222222-token-for-tests'],
    ['SLACK_BOT_TOKEN', 'xoxb-xxxxxxxxxxxx-xxxxxxxxxxxx-xxxxxxxx'],
    ['SLACK_BOT_TOKEN', 'xoxb-2222222222-token for tests'],
  ])('are refused when %s is %j', (setting, value) => {
    expect(problemsWith({ ...least, [setting]: value })).toEqual([expect.stringContaining(`${setting} `)]);
  });

  it('say how long they have to be, and why', () => {
    expect(problemsWith({ ...least, SLACK_SIGNING_SECRET: '8f7422' })).toEqual([
      'SLACK_SIGNING_SECRET is too short for the signing secret of a Slack app: it needs at least 32 characters, as Slack makes it; copy all of it from Basic Information',
    ]);
    expect(problemsWith({ ...oauth, SLACK_STATE_SECRET: 'short' })).toEqual([
      'SLACK_STATE_SECRET is too short for the key of a signature: it needs at least 32 characters, or it could be guessed; make one with: openssl rand -hex 32',
    ]);
  });

  it('are not the same in two places', () => {
    const { SLACK_SIGNING_SECRET } = oauth;
    expect(problemsWith({ ...oauth, SLACK_CLIENT_SECRET: SLACK_SIGNING_SECRET })).toEqual([
      'SLACK_CLIENT_SECRET is the same as SLACK_SIGNING_SECRET: one is in the wrong place',
    ]);
    for (const SLACK_STATE_SECRET of [SLACK_SIGNING_SECRET, oauth.SLACK_CLIENT_SECRET]) {
      expect(problemsWith({ ...oauth, SLACK_STATE_SECRET })).toEqual([
        'SLACK_STATE_SECRET is a secret of Slack: it needs a value of its own',
      ]);
    }
  });

  it('are taken as Slack and Bitrix24 make them', () => {
    expect(configOf(oauth).access.kind).toBe('installable');
  });
});

describe('encryption keys', () => {
  const row = Array.from({ length: 32 }, (_, index) => index);

  it.each([
    ['zeros', keyOf(new Uint8Array(32))],
    ['one byte again and again', keyOf(new Uint8Array(32).fill(0x5a))],
    ['a row of numbers', keyOf(row)],
    ['a row backwards', keyOf(row.toReversed())],
    ['a short word again and again', keyOf(row.map((index) => index % 8))],
    ['a word in letters', keyOf(Buffer.from('correct horse battery staple 123'))],
  ])('are refused in the first place when they are %s', (_, key) => {
    expect(problemsWith({ ...least, ENCRYPTION_KEYS: key })).toEqual([
      expect.stringMatching(
        /^ENCRYPTION_KEYS has a key \(number 1\) that can be guessed by anybody; put a random one before it/,
      ),
    ]);
    const kept = configOf({ ...least, ENCRYPTION_KEYS: `${testKey(1).toString('base64')},${key}` });
    expect(kept.storage.encryptionKeys).toHaveLength(2);
  });

  it.each(['a'.repeat(64), `${testKey(1).toString('base64')}!`, testKey(1).subarray(1).toString('base64')])(
    'are refused when they are no base64 of 32 bytes: %j',
    (key) => {
      expect(problemsWith({ ...least, ENCRYPTION_KEYS: key })).toEqual([
        expect.stringContaining('ENCRYPTION_KEYS has a key (number 1) that is not the base64 text of 32 bytes'),
      ]);
    },
  );
});

describe('addresses that secrets travel to', () => {
  it.each(['PUBLIC_URL', 'SLACK_API_URL', 'BITRIX24_OAUTH_URL'])('are https, or on this machine: %s', (setting) => {
    const end = setting === 'SLACK_API_URL' ? '/api/' : '';
    for (const host of ['tasks.example.com', '10.0.0.5:3000', '127.0.0.1.example.com', 'localhost.example.com']) {
      expect(problemsWith({ ...oauth, [setting]: `http://${host}${end}` })).toEqual([
        `${setting} must begin with https://: on plain http secrets can be read on the way (allowed on localhost only)`,
      ]);
    }
    for (const host of ['localhost:3000', '127.0.0.1', '127.0.0.1:3000', '[::1]:3000']) {
      expect(problemsWith({ ...oauth, [setting]: `http://${host}${end}` })).toEqual([]);
    }
  });

  it.each(['https://me:secret@b.example', 'https://b.example?team=1', 'https://b.example/#top', 'https://b.example/?'])(
    'are nothing but addresses, other than %s',
    (PUBLIC_URL) => {
      expect(problemsWith({ ...oauth, PUBLIC_URL })).toEqual([
        'PUBLIC_URL must be an address without a user, "?" and "#"',
      ]);
    },
  );
});

describe('impossible values', () => {
  const portals = 'such as https://acme.bitrix24.com: with https://, and without a path behind the host';

  it.each([
    [
      'SLACK_TEAMS',
      'acme',
      'must be a comma list of the ids of workspaces (T…) or organisations (E…), not of their names',
    ],
    ['SLACK_TEAMS', 'T0ACME0000,U0ANNA0000', 'must be a comma list of the ids of workspaces (T…)'],
    ['SLACK_TEAMS', ',', 'is a list with nothing in it'],
    ['BITRIX24_PORTALS', ' , ', 'is a list with nothing in it'],
    ['BITRIX24_PORTALS', 'https://intra.example/b24', `must be a comma list of portal addresses ${portals}`],
    ['BITRIX24_PORTALS', 'https://intra.example?b24', `must be a comma list of portal addresses ${portals}`],
    ['BITRIX24_PORTALS', 'https://me@intra.example', `must be a comma list of portal addresses ${portals}`],
    ['BITRIX24_RATE', 'https://intra.example/b24=50/2', `must name portals by addresses ${portals}`],
    ['BITRIX24_RATE', '1/2', 'must have a burst from 2 to 999999, and more than 0 per second up to 999999'],
    ['BITRIX24_RATE', '50/2,10/1', 'gives two rates for the same'],
    ['BITRIX24_RATE', 'https://a.example=50/2,https://A.example/=9/1', 'gives two rates for the same'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['PORT', '0x50', 'must be a whole number from 0 to 65535'],
    ['PORT', '1e3', 'must be a whole number from 0 to 65535'],
    ['BITRIX24_TIMEOUT_MS', '99', 'must be a whole number of milliseconds from 100 to 600000'],
    ['HOST', 'http://0.0.0.0', 'must be an address or a host name to listen on'],
    ['HOST', '0.0.0.0:3000', 'must be an address or a host name to listen on'],
    ['METRICS_HOST', '[::1]', 'must be an address or a host name to listen on'],
    ['LOG_LEVEL', 'loud', 'must be trace, debug, info, warn, error, fatal or silent'],
  ])('are named with what is allowed: %s is %j', (setting, value, message) => {
    expect(problemsWith({ ...least, [setting]: value })).toEqual([expect.stringContaining(`${setting} ${message}`)]);
  });

  it.each([
    ['SLACK_CLIENT_ID', 'A0B24TASK0'],
    ['BITRIX24_CLIENT_ID', '15'],
  ])('are ids of another kind: %s is %j', (setting, value) => {
    expect(problemsWith({ ...oauth, [setting]: value })).toEqual([expect.stringContaining(`${setting} must be the c`)]);
  });

  it('are two servers on one port', () => {
    expect(problemsWith({ ...least, PORT: '9090', METRICS_PORT: '9090' })).toEqual([
      'METRICS_PORT is the same as PORT: it needs a port of its own',
    ]);
    expect(problemsWith({ ...least, PORT: '0', METRICS_PORT: '0' })).toEqual([]);
  });

  it('keep metrics to this machine unless told otherwise', () => {
    expect(configOf({ ...least, METRICS_PORT: '9090' }).metricsHost).toBe('127.0.0.1');
    expect(configOf({ ...least, METRICS_PORT: '9090', METRICS_HOST: '::' }).metricsHost).toBe('::');
  });
});
