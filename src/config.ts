import { z } from 'zod';
import { type Locale, locales } from './domain/locale.ts';
import type { PortalOrigin } from './domain/portal.ts';
import { present } from './domain/present.ts';
import { type Proxies, proxiesOf } from './domain/proxies.ts';
import { Secret } from './domain/secret.ts';
import type { SlackAppAccess, SlackTransport } from './domain/slack-credentials.ts';
import { checkCombinations } from './settings/combinations.ts';
import type { Environment, Problem } from './settings/environment.ts';
import { encryptionKeys } from './settings/keys.ts';
import { portalList, portalRates, type Rates } from './settings/portals.ts';
import { readValues } from './settings/read-values.ts';
import { findUnknownNames } from './settings/unknown-names.ts';
import { commaList, listenHost, port, proxyUrl, secretOf, secureUrl, wholeNumber } from './settings/values.ts';

/** The settings of the service, checked. docs/settings.md says what each is for. */
export type Config = {
  readonly transport: SlackTransport;
  readonly access: SlackAppAccess;
  readonly slackApiUrl: string;
  readonly host: string;
  readonly port: number;
  readonly metricsHost: string;
  readonly metricsPort?: number;
  /** Without a slash at its end. */
  readonly publicUrl?: string;
  readonly storage: {
    readonly databaseUrl?: Secret;
    readonly dataDir: string;
    readonly encryptionKeys?: readonly Secret[];
  };
  readonly portals?: readonly PortalOrigin[];
  readonly proxies?: Proxies;
  readonly rates: Rates;
  readonly timeoutMs: number;
  readonly oauth?: { readonly clientId: string; readonly clientSecret: Secret };
  readonly oauthUrl: string;
  readonly rules: { readonly teams?: readonly string[]; readonly allowGuests: boolean };
  /** For who has chosen none; without it, the language of their Slack. */
  readonly language?: Locale;
  readonly defaultsBy: 'anyone' | 'admins';
  /** How the readers of a message in Slack see that it was passed on, unless its sender chooses otherwise. */
  readonly announce: 'off' | 'reaction' | 'reply';
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** What is odd about the settings, and no reason not to start. */
  readonly warnings: readonly Problem[];
};

/** The settings in `env`, or every problem with them at once. `<NAME>_FILE` reads a value from a file. */
export function loadConfig(env: Environment): { readonly config: Config } | { readonly problems: readonly Problem[] } {
  const names = Object.keys(settings.shape);
  const { given, values, problems } = readValues({ ...proxiesInSmallLetters(env), ...env }, names, neverEmpty);
  const unknown = findUnknownNames(env, names);
  const parsed = settings.safeParse(values);
  const all = [
    ...problems,
    ...unknown.problems,
    ...checkCombinations(given),
    ...(parsed.success ? checkSame(parsed.data) : distinct(parsed.error.issues.map(toProblem))),
  ];
  if (!parsed.success || all.length > 0) {
    return { problems: all };
  }
  return { config: toConfig(parsed.data, unknown.warnings) };
}

const settings = z.object({
  SLACK_SIGNING_SECRET: secretOf({
    what: 'the signing secret of a Slack app',
    least: 32,
    because: 'as Slack makes it; copy all of it from Basic Information',
    pattern: /^[!-~]+$/,
  }).optional(),
  SLACK_APP_TOKEN: secretOf({
    prefix: 'xapp-',
    what: 'an app-level token',
    least: 20,
    because: 'and those of Slack have more than 50; copy all of it',
    pattern: /^[\w-]+$/,
  }).optional(),
  SLACK_BOT_TOKEN: secretOf({
    prefix: 'xoxb-',
    what: 'a bot token',
    least: 20,
    because: 'and those of Slack have more than 50; copy all of it',
    pattern: /^[\w-]+$/,
  }).optional(),
  SLACK_CLIENT_ID: z
    .string()
    .regex(/^\d+\.\d+$/, { error: 'must be the client id of a Slack app: two numbers with a dot between them' })
    .optional(),
  SLACK_CLIENT_SECRET: secretOf({
    what: 'the client secret of a Slack app',
    least: 32,
    because: 'as Slack makes it; copy all of it from Basic Information',
    pattern: /^[!-~]+$/,
  }).optional(),
  SLACK_STATE_SECRET: secretOf({
    what: 'the key of a signature',
    least: 32,
    because: 'or it could be guessed; make one with: openssl rand -hex 32',
  }).optional(),
  SLACK_API_URL: secureUrl
    .refine((url) => url.endsWith('/api/'), { error: 'must end with /api/' })
    .default('https://slack.com/api/'),
  HOST: listenHost.default('0.0.0.0'),
  PORT: port.default(3000),
  METRICS_HOST: listenHost.default('127.0.0.1'),
  METRICS_PORT: port.optional(),
  PUBLIC_URL: secureUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'must be a postgres:// address' })
    .transform((value) => new Secret(value))
    .optional(),
  DATA_DIR: z.string().default('./data'),
  ENCRYPTION_KEYS: encryptionKeys.optional(),
  HTTPS_PROXY: proxyUrl.optional(),
  HTTP_PROXY: proxyUrl.optional(),
  NO_PROXY: z.string().default(''),
  BITRIX24_PORTALS: portalList.optional(),
  BITRIX24_RATE: portalRates.prefault('50/2'),
  BITRIX24_TIMEOUT_MS: wholeNumber(100, 600_000, ' of milliseconds').default(65_000),
  BITRIX24_CLIENT_ID: z
    .string()
    .regex(/^(?:local|app)\.[\w.]+$/, { error: 'must be the code of an application of Bitrix24: local.… or app.…' })
    .optional(),
  BITRIX24_CLIENT_SECRET: secretOf({
    what: 'the key of an application of Bitrix24',
    least: 20,
    because: 'and those of Bitrix24 have about 50; copy all of it',
    pattern: /^[!-~]+$/,
  }).optional(),
  BITRIX24_OAUTH_URL: secureUrl.default('https://oauth.bitrix24.tech'),
  SLACK_TEAMS: commaList
    .refine((ids) => ids.every((id) => /^[TE][A-Z0-9]{4,}$/.test(id)), {
      error: 'must be a comma list of the ids of workspaces (T…) or organisations (E…), not of their names',
    })
    .optional(),
  ALLOW_GUESTS: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
  DEFAULTS_BY: z.enum(['anyone', 'admins'], { error: 'must be anyone or admins' }).default('anyone'),
  ANNOUNCE: z.enum(['off', 'reaction', 'reply'], { error: 'must be off, reaction or reply' }).default('off'),
  LANGUAGE: z.enum(locales, { error: `must be ${locales.join(' or ')}` }).optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
});

type Settings = z.infer<typeof settings>;

/** What is missing here, the service would do without: without a restriction, or with another key or storage. */
const neverEmpty: ReadonlySet<string> = new Set([
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
  'SLACK_BOT_TOKEN',
  'SLACK_CLIENT_SECRET',
  'SLACK_STATE_SECRET',
  'DATABASE_URL',
  'ENCRYPTION_KEYS',
  'BITRIX24_PORTALS',
  'BITRIX24_CLIENT_SECRET',
  'SLACK_TEAMS',
  'DEFAULTS_BY',
]);

/** Other programs read these in small letters as well, so that they may be set so already. */
function proxiesInSmallLetters({ https_proxy, http_proxy, no_proxy }: Environment): Environment {
  return present({ HTTPS_PROXY: https_proxy, HTTP_PROXY: http_proxy, NO_PROXY: no_proxy });
}

function checkSame(given: Settings): readonly Problem[] {
  const [signing, client, state] = [given.SLACK_SIGNING_SECRET, given.SLACK_CLIENT_SECRET, given.SLACK_STATE_SECRET];
  const same = (one: Secret | undefined, other: Secret | undefined) => one && one.reveal() === other?.reveal();
  const problems: Problem[] = [];
  if (given.PORT !== 0 && given.PORT === given.METRICS_PORT) {
    problems.push({ setting: 'METRICS_PORT', message: 'is the same as PORT: it needs a port of its own' });
  }
  if (same(client, signing)) {
    problems.push({
      setting: 'SLACK_CLIENT_SECRET',
      message: 'is the same as SLACK_SIGNING_SECRET: one is in the wrong place',
    });
  }
  if (same(state, client) || same(state, signing)) {
    problems.push({ setting: 'SLACK_STATE_SECRET', message: 'is a secret of Slack: it needs a value of its own' });
  }
  return problems;
}

function toConfig(given: Settings, warnings: readonly Problem[]): Config {
  return {
    transport: transportOf(given),
    access: accessOf(given),
    slackApiUrl: given.SLACK_API_URL,
    host: given.HOST,
    port: given.PORT,
    metricsHost: given.METRICS_HOST,
    storage: {
      dataDir: given.DATA_DIR,
      ...present({ databaseUrl: given.DATABASE_URL, encryptionKeys: given.ENCRYPTION_KEYS }),
    },
    rates: given.BITRIX24_RATE,
    timeoutMs: given.BITRIX24_TIMEOUT_MS,
    oauthUrl: given.BITRIX24_OAUTH_URL,
    rules: { allowGuests: given.ALLOW_GUESTS === 'true', ...present({ teams: given.SLACK_TEAMS }) },
    defaultsBy: given.DEFAULTS_BY,
    announce: given.ANNOUNCE,
    logLevel: given.LOG_LEVEL,
    warnings,
    ...present({
      metricsPort: given.METRICS_PORT,
      language: given.LANGUAGE,
      publicUrl: given.PUBLIC_URL,
      portals: given.BITRIX24_PORTALS,
      proxies: proxiesOf(given.HTTPS_PROXY, given.HTTP_PROXY, given.NO_PROXY),
      oauth: oauthOf(given),
    }),
  };
}

function transportOf({ SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret }: Settings): SlackTransport {
  if (appToken) {
    return { mode: 'socket', appToken };
  }
  return { mode: 'http', signingSecret: checked(signingSecret) };
}

function accessOf(given: Settings): SlackAppAccess {
  if (given.SLACK_BOT_TOKEN) {
    return { kind: 'one-workspace', botToken: given.SLACK_BOT_TOKEN };
  }
  return {
    kind: 'installable',
    clientId: checked(given.SLACK_CLIENT_ID),
    clientSecret: checked(given.SLACK_CLIENT_SECRET),
    stateSecret: checked(given.SLACK_STATE_SECRET),
  };
}

/** What `checkCombinations` has seen to be there. An empty secret in its place would let everybody in. */
function checked<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error('A setting is missing that was not asked for');
  }
  return value;
}

function oauthOf({ BITRIX24_CLIENT_ID: clientId, BITRIX24_CLIENT_SECRET: clientSecret }: Settings): Config['oauth'] {
  return clientId && clientSecret ? { clientId, clientSecret } : undefined;
}

function toProblem(issue: z.core.$ZodIssue): Problem {
  return { setting: String(issue.path[0]), message: issue.message };
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.setting} ${problem.message}`, problem])).values()];
}
