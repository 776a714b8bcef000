import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type PortalOrigin, portalOriginOf, type Rate } from './domain/portal.ts';
import { present } from './domain/present.ts';
import { type Proxies, proxiesOf } from './domain/proxies.ts';
import { Secret } from './domain/secret.ts';
import type { SlackAppAccess, SlackTransport } from './domain/slack-credentials.ts';

/** The settings of the service, checked. The README's table says what each is for. */
export type Config = {
  readonly transport: SlackTransport;
  readonly access: SlackAppAccess;
  readonly slackApiUrl: string;
  readonly host: string;
  readonly port: number;
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
  readonly rates: { readonly standard: Rate; readonly byPortal: ReadonlyMap<PortalOrigin, Rate> };
  readonly timeoutMs: number;
  readonly oauth?: { readonly clientId: string; readonly clientSecret: Secret };
  readonly oauthUrl: string;
  readonly rules: { readonly teams?: readonly string[]; readonly allowGuests: boolean };
  readonly defaultsBy: 'anyone' | 'admins';
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
};

/** One setting that is missing or wrong. Names the variable and what is expected, never the value. */
export type Problem = { readonly setting: string; readonly message: string };

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings in `env`, or every problem with them at once. `<NAME>_FILE` reads a value from a file. */
export function loadConfig(env: Environment): { readonly config: Config } | { readonly problems: readonly Problem[] } {
  const { given, values, problems } = readFiles(env);
  const parsed = settings.safeParse(values);
  const all = [...problems, ...missing(given), ...(parsed.success ? [] : distinct(parsed.error.issues.map(toProblem)))];
  if (!parsed.success || all.length > 0) {
    return { problems: all };
  }
  return { config: toConfig(parsed.data) };
}

const secret = z.string().transform((value) => new Secret(value));
const port = z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65_535);
const httpUrl = z
  .string()
  .refine((text) => portalOriginOf(text) !== undefined, { error: 'must be an http or https address' });
const proxy = httpUrl.transform((value) => new Secret(value));
const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const origins = commaList.transform((items, context) => items.flatMap((item) => originOrIssue(item, context)));

const settings = z.object({
  SLACK_SIGNING_SECRET: secret.optional(),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', { error: 'must be an app-level token (xapp-…)' })
    .transform((value) => new Secret(value))
    .optional(),
  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', { error: 'must be a bot token (xoxb-…)' })
    .transform((value) => new Secret(value))
    .optional(),
  SLACK_CLIENT_ID: z.string().optional(),
  SLACK_CLIENT_SECRET: secret.optional(),
  SLACK_STATE_SECRET: secret.optional(),
  SLACK_API_URL: httpUrl
    .refine((url) => url.endsWith('/api/'), { error: 'must end with /api/' })
    .default('https://slack.com/api/'),
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(3000),
  METRICS_PORT: port.optional(),
  PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'must be a postgres:// address' })
    .transform((value) => new Secret(value))
    .optional(),
  DATA_DIR: z.string().default('./data'),
  ENCRYPTION_KEYS: commaList
    .refine((keys) => keys.length > 0 && keys.every((key) => Buffer.from(key, 'base64').length === 32), {
      error: 'must be base64 keys of 32 bytes',
    })
    .transform((keys) => keys.map((key) => new Secret(key)))
    .optional(),
  HTTPS_PROXY: proxy.optional(),
  HTTP_PROXY: proxy.optional(),
  NO_PROXY: z.string().default(''),
  BITRIX24_PORTALS: origins.optional(),
  BITRIX24_RATE: z
    .string()
    .default('50/2')
    .transform((text, context) => readRates(text, context)),
  BITRIX24_TIMEOUT_MS: z.coerce
    .number({ error: 'must be a number of milliseconds' })
    .int()
    .min(100)
    .max(600_000)
    .default(65_000),
  BITRIX24_CLIENT_ID: z.string().optional(),
  BITRIX24_CLIENT_SECRET: secret.optional(),
  BITRIX24_OAUTH_URL: httpUrl.default('https://oauth.bitrix24.tech'),
  SLACK_TEAMS: commaList.optional(),
  ALLOW_GUESTS: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
  DEFAULTS_BY: z.enum(['anyone', 'admins'], { error: 'must be anyone or admins' }).default('anyone'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { error: 'must be a pino level' })
    .default('info'),
});

type Settings = z.infer<typeof settings>;

type Read = {
  readonly given: ReadonlySet<string>;
  readonly values: Environment;
  readonly problems: readonly Problem[];
};

/** Other programs read these in small letters as well, so that they may be set so already. */
const writtenSmall: ReadonlySet<string> = new Set(['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']);

/** Empty variables count as absent: compose files and shells set them so. */
function readFiles(env: Environment): Read {
  const given = new Set<string>();
  const values: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const setting of Object.keys(settings.shape)) {
    const value = env[setting] || (writtenSmall.has(setting) ? env[setting.toLowerCase()] : undefined);
    const file = env[`${setting}_FILE`];
    if (value || file) {
      given.add(setting);
    }
    if (value) {
      values[setting] = value;
    }
    if (value && file) {
      problems.push({ setting, message: `is given twice: here and in ${setting}_FILE` });
    } else if (file) {
      readFile(setting, file);
    }
  }
  return { given, values, problems };

  function readFile(setting: string, file: string): void {
    try {
      values[setting] = readFileSync(file, 'utf8').trim();
    } catch {
      problems.push({ setting: `${setting}_FILE`, message: 'names a file that cannot be read' });
    }
  }
}

function missing(given: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const has = (...names: (keyof Settings)[]) => names.every((name) => given.has(name));
  const need = (wrong: boolean, setting: keyof Settings, message: string) =>
    wrong && problems.push({ setting, message });
  const installable = has('SLACK_CLIENT_ID') || has('SLACK_CLIENT_SECRET') || has('SLACK_STATE_SECRET');
  const consent = has('BITRIX24_CLIENT_ID') || has('BITRIX24_CLIENT_SECRET');
  need(
    !has('SLACK_SIGNING_SECRET') && !has('SLACK_APP_TOKEN'),
    'SLACK_SIGNING_SECRET',
    'is missing (or give SLACK_APP_TOKEN for Socket Mode)',
  );
  need(
    !has('SLACK_BOT_TOKEN') && !installable,
    'SLACK_BOT_TOKEN',
    'is missing (or give SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET)',
  );
  need(has('SLACK_BOT_TOKEN') && installable, 'SLACK_BOT_TOKEN', 'and SLACK_CLIENT_ID exclude each other');
  need(
    installable && !has('SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'),
    'SLACK_CLIENT_ID',
    'SLACK_CLIENT_SECRET and SLACK_STATE_SECRET go together',
  );
  need(
    consent && !has('BITRIX24_CLIENT_ID', 'BITRIX24_CLIENT_SECRET'),
    'BITRIX24_CLIENT_ID',
    'and BITRIX24_CLIENT_SECRET go together',
  );
  need(
    (installable || consent) && !has('PUBLIC_URL'),
    'PUBLIC_URL',
    'is missing: OAuth needs the address that the outside sees',
  );
  need(has('DATABASE_URL') && !has('ENCRYPTION_KEYS'), 'ENCRYPTION_KEYS', 'is missing: PostgreSQL needs it');
  return problems;
}

function toConfig(given: Settings): Config {
  return {
    transport: given.SLACK_APP_TOKEN
      ? { mode: 'socket', appToken: given.SLACK_APP_TOKEN }
      : { mode: 'http', signingSecret: given.SLACK_SIGNING_SECRET ?? new Secret('') },
    access: given.SLACK_BOT_TOKEN
      ? { kind: 'one-workspace', botToken: given.SLACK_BOT_TOKEN }
      : {
          kind: 'installable',
          clientId: given.SLACK_CLIENT_ID ?? '',
          clientSecret: given.SLACK_CLIENT_SECRET ?? new Secret(''),
          stateSecret: given.SLACK_STATE_SECRET ?? new Secret(''),
        },
    slackApiUrl: given.SLACK_API_URL,
    host: given.HOST,
    port: given.PORT,
    storage: {
      dataDir: given.DATA_DIR,
      ...present({ databaseUrl: given.DATABASE_URL, encryptionKeys: given.ENCRYPTION_KEYS }),
    },
    rates: given.BITRIX24_RATE,
    timeoutMs: given.BITRIX24_TIMEOUT_MS,
    oauthUrl: given.BITRIX24_OAUTH_URL,
    rules: { allowGuests: given.ALLOW_GUESTS === 'true', ...present({ teams: given.SLACK_TEAMS }) },
    defaultsBy: given.DEFAULTS_BY,
    logLevel: given.LOG_LEVEL,
    ...present({
      metricsPort: given.METRICS_PORT,
      publicUrl: given.PUBLIC_URL,
      portals: given.BITRIX24_PORTALS,
      proxies: proxiesOf(given.HTTPS_PROXY, given.HTTP_PROXY, given.NO_PROXY),
      oauth: oauthOf(given),
    }),
  };
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

function originOrIssue(item: string, context: z.RefinementCtx): PortalOrigin[] {
  const origin = portalOriginOf(item);
  if (origin && new URL(item).pathname === '/') {
    return [origin];
  }
  context.addIssue({
    code: 'custom',
    message: 'must be a comma list of portal addresses such as https://acme.bitrix24.com',
  });
  return [];
}

function readRates(text: string, context: z.RefinementCtx): Config['rates'] {
  const byPortal = new Map<PortalOrigin, Rate>();
  let standard: Rate = { burst: 50, perSecond: 2 };
  for (const item of text.split(',')) {
    const [, address, burst, perSecond] = /^(?:(.+)=)?(\d{1,6})\/(\d{1,6}(?:\.\d+)?)$/.exec(item.trim()) ?? [];
    const origin = address === undefined ? undefined : portalOriginOf(address);
    const rate = { burst: Number(burst), perSecond: Number(perSecond) };
    const valid = rate.burst >= 2 && rate.perSecond > 0 && (address === undefined || origin !== undefined);
    if (!valid) {
      context.addIssue({
        code: 'custom',
        message: 'must be burst/perSecond or a comma list of origin=burst/perSecond',
      });
    } else if (origin) {
      byPortal.set(origin, rate);
    } else {
      standard = rate;
    }
  }
  return { standard, byPortal };
}
