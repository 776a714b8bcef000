import type { Clients } from './clients.ts';

/** Milliseconds since the epoch, of the sandbox's own clock. */
export type SandboxClock = {
  now(): number;
};

/**
 * The languages of Slack's clients. Russian was one of them until June 2023.
 * Source: slack.com/help/articles/215058658, Manage your language preferences; and the locales of users.info.
 */
type SlackLocale =
  | 'de-DE'
  | 'en-GB'
  | 'en-US'
  | 'es-ES'
  | 'es-LA'
  | 'fr-FR'
  | 'it-IT'
  | 'ja-JP'
  | 'ko-KR'
  | 'pt-BR'
  | 'zh-CN'
  | 'zh-TW';

/** A person of a workspace. Ids that are not given are derived from the name, so they are the same in every run. */
export type PersonSeed = {
  readonly name: string;
  readonly id?: string;
  readonly realName?: string;
  readonly locale?: SlackLocale;
  readonly tz?: string;
  readonly isAdmin?: boolean;
  readonly isOwner?: boolean;
  /** A multi-channel guest is `restricted`, a single-channel guest `ultra-restricted`. */
  readonly guest?: 'restricted' | 'ultra-restricted';
  readonly deleted?: boolean;
  /** Somebody from elsewhere in a shared channel: the id of their own workspace. */
  readonly homeTeamId?: string;
  /** The Enterprise Grid organisation of that workspace; the same one as here, or another. */
  readonly homeEnterprise?: { readonly id: string; readonly name: string };
};

/** A channel of a workspace. */
export type ChannelSeed = {
  readonly name: string;
  readonly id?: string;
  /** `mpim`: a direct message of several people. */
  readonly kind?: 'public' | 'private' | 'mpim';
  /** Names of people; everybody where it is left out. */
  readonly members?: readonly string[];
  readonly withApp?: boolean;
  readonly shared?: boolean;
};

/** A workspace as it is in the beginning. */
export type WorkspaceSeed = {
  readonly domain: string;
  readonly id?: string;
  readonly name?: string;
  readonly enterprise?: { readonly id: string; readonly name: string };
  /** False: the app is not installed yet, so there is no bot token until somebody goes through OAuth. */
  readonly installed?: boolean;
  readonly botToken?: string;
  readonly people: readonly PersonSeed[];
  readonly channels: readonly ChannelSeed[];
};

/** A slash command as its manifest declares it. */
type CommandSeed = {
  readonly command: string;
  readonly shouldEscape: boolean;
};

/** The app as Slack knows it. */
export type AppSeed = {
  readonly id: string;
  readonly name: string;
  readonly botName: string;
  readonly signingSecret: string;
  readonly appToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly tokenRotation: boolean;
  readonly commands: readonly CommandSeed[];
};

/** What a local Slack may be told; everything has a default. */
export type SlackOptions = {
  /** Port of the front on 127.0.0.1; 0 takes a free one. */
  readonly port?: number;
  readonly clock?: SandboxClock;
  /** How long Slack waits for an acknowledgement, on the real clock. Slack's own value is 3,000 ms. */
  readonly ackTimeoutMs?: number;
  /** How long a trigger can open a view, on the clock of this Slack. Slack's own value is 3,000 ms. */
  readonly triggerLifeMs?: number;
  readonly app?: Partial<AppSeed>;
  /** Whether the bot sees the files of public channels that it has not joined: reports disagree. False unless given. */
  readonly openFiles?: boolean;
  /**
   * The app is distributed commercially and not through Slack's Marketplace: it reads threads once a minute, 15 posts at
   * a time, where other apps are of tier 3. Source: docs.slack.dev, conversations.replies.
   */
  readonly distributed?: boolean;
  /**
   * Whether the first post of a thread stands on each page of it, or on the first one only: neither is documented, and
   * apps have met both (simstudioai/sim, pull request 4934).
   */
  readonly rootOnEveryPage?: boolean;
  readonly workspaces?: readonly WorkspaceSeed[];
  readonly clients?: Partial<Clients>;
};

/** The app as its manifest describes it. */
export const defaultApp: AppSeed = {
  id: 'A0B24TASK0',
  name: 'b24task',
  botName: 'b24task',
  signingSecret: '5a0d60c5516e1de5ec4e7b24a5c0ffee',
  appToken: 'xapp-1-A0B24TASK0-sandbox',
  clientId: '1111111111.2222222222',
  clientSecret: '5a0d60cc11e475ec4e7b24a5c0ffee01',
  redirectUris: [],
  scopes: [
    'commands',
    'chat:write',
    'users:read',
    'channels:read',
    'groups:read',
    'usergroups:read',
    'reactions:write',
    'files:read',
    'channels:history',
    'groups:history',
    'mpim:history',
  ],
  tokenRotation: false,
  commands: [{ command: '/b24task', shouldEscape: true }],
};

/** One small workspace, with enough people and channels to try every interaction. */
export const defaultWorkspaces: readonly WorkspaceSeed[] = [
  {
    domain: 'acme',
    name: 'Acme',
    people: [
      { name: 'anna', realName: 'Anna Petrova', locale: 'en-US', isAdmin: true },
      { name: 'bob', realName: 'Борис Иванов', locale: 'en-GB', tz: 'Europe/Moscow' },
      { name: 'carol', realName: 'Carol Diaz', locale: 'en-US' },
    ],
    channels: [
      { name: 'general', withApp: true },
      { name: 'random' },
      { name: 'secret', kind: 'private', members: ['anna', 'bob'] },
    ],
  },
];
