import type { Clients } from '../clients.ts';
import type { JsonObject } from '../json.ts';
import type { AppSeed, SandboxClock } from '../options.ts';
import type { Changes } from './changes.ts';
import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import type { Files } from './files.ts';
import type { Messages } from './messages.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Tokens } from './tokens.ts';
import type { Triggers } from './triggers.ts';
import type { Views } from './views.ts';

/** One call of a Web API method, as it was answered. */
export type ApiCall = {
  readonly method: string;
  readonly args: JsonObject;
  readonly teamId: string | null;
  /** The scopes that this call needs. */
  readonly needed: readonly string[];
  /** The scopes of the token it was made with. */
  readonly provided: readonly string[];
  /** Epoch ms on the sandbox's clock. */
  readonly at: number;
  readonly ok: boolean;
  readonly error?: string;
};

/** The state that the parts of the sandbox share. */
export type SlackState = {
  readonly clock: SandboxClock;
  readonly app: AppSeed;
  readonly directory: Directory;
  readonly changes: Changes;
  readonly messages: Messages;
  readonly files: Files;
  /** Whether the bot sees the files of public channels that it has not joined. */
  readonly openFiles: boolean;
  clients: Clients;
  readonly views: Views;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly tokens: Tokens;
  readonly faults: Faults;
  /** All calls of Web API methods, oldest first. */
  readonly calls: ApiCall[];
  /** How threads are read. */
  readonly threads: {
    /** How many posts one answer has at the most. */
    readonly maxPage: number;
    /** Whether the first post of a thread stands on each page or on the first one only. */
    readonly rootOnEveryPage: boolean;
  };
  /** The last options that an external select was given, by person and action id. */
  readonly suggested: Map<string, readonly JsonObject[]>;
  /** Answers of the app that Slack would have refused, in words. */
  readonly complaints: string[];
  /** The origin of the front, known once it listens. */
  origin(): string;
};
