import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startAddresses } from './addresses.ts';
import { makeCertificate } from './certificate.ts';
import { type ChatView, renderChat } from './chat/render-chat.ts';
import type { WebBuild } from './chat/web-client.ts';
import { createWebhookStore, type Webhook, type WebhookOptions } from './credentials.ts';
import { createFaultControl, type FaultControl } from './faults/faults.ts';
import type { Browser } from './oauth/authorize-page.ts';
import { createOauth, type OauthControl } from './oauth/oauth.ts';
import { createTokenDesk, type OauthApp } from './oauth/tokens.ts';
import { createRequestLog, type RequestCounts, type RequestRecord } from './request-log.ts';
import { createAuthentication } from './rest/authentication.ts';
import type { BuildGeneration } from './rest/build-generation.ts';
import { createDispatch } from './rest/dispatch.ts';
import { createRestFront } from './rest/front.ts';
import { createIdempotencyMemory } from './rest/idempotency.ts';
import { createLeakyBuckets, type Rate } from './rest/leaky-bucket.ts';
import { createOperatingTimes } from './rest/operating-time.ts';
import { defaultSeed } from './seed.ts';
import {
  type ChatBuild,
  type ChatMessage,
  type Clock,
  createState,
  type PortalSeed,
  type PortalTask,
  type PortalUser,
  postMessage,
} from './state.ts';
import { htmlPage } from './wire/answers.ts';
import { readRestAddress } from './wire/rest-address.ts';
import type { PortalLanguage } from './wire/texts.ts';
import { sendAnswer } from './wire/wire.ts';

/** What a portal may be told; everything has a default. */
export type PortalOptions = {
  /** People and tasks; what is left out comes from defaultSeed. */
  readonly seed?: Partial<PortalSeed>;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The host name in the portal's own addresses (and in the certificate); default: `host`. */
  readonly hostname?: string;
  /** Serves https with a certificate made at the start; `ca` is what a client must trust. */
  readonly tls?: boolean;
  /**
   * Bucket, keys, tokens and dates follow it; default: a clock that never goes back. Delays of faults are real time.
   */
  readonly clock?: Clock;
  /** Requests per source address; default 50 at once, 2 per second. */
  readonly rate?: Rate;
  /** Default true; false is an older build: Idempotency-Key is neither echoed nor remembered. */
  readonly honoursKeys?: boolean;
  /** How REST 3 says that authentication failed; default `flat-codes`. */
  readonly build?: BuildGeneration;
  /** Any of these scopes lets a credential into the chats of tasks; default `tasks` alone, as documented. */
  readonly chatScopes?: readonly string[];
  /** Methods that this build does not have, such as `im.v2.File.upload`; default: none. */
  readonly lacks?: readonly string[];
  /** With which status a missing scope is refused; default 403. Live portals were seen to answer 401. */
  readonly scopeStatus?: 401 | 403;
  /** The language of error texts; default `en`. */
  readonly language?: PortalLanguage;
  /** Operating time per method and credential in ten minutes; default 480 s, of which a call uses 0.01 s. */
  readonly operating?: { readonly limitSeconds?: number; readonly costSeconds?: number };
  /** Longest body; default 4 MiB. Longer ones get the web server's 413. */
  readonly bodyLimitBytes?: number;
  /** The portal ends a request after this; default 60 s. */
  readonly requestLimitMs?: number;
  /** The portal's local application. */
  readonly oauth?: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly scopes?: readonly string[];
    readonly handlerUrl?: string;
  };
};

/** Controls a running portal. Tests, chaos runs and the prompt use it. */
export type Portal = {
  /** Such as `http://127.0.0.1:43210`; another one after `rename`. */
  readonly origin: string;
  /** The certificate to trust, in PEM; `undefined` over http. */
  readonly ca: string | undefined;
  createWebhook(options: WebhookOptions): Webhook;
  /** Live maps: set and delete in them to change the portal. */
  readonly users: Map<number, PortalUser>;
  readonly tasks: Map<number, PortalTask>;
  /** The messages of a task in order; empty for a task without messages. */
  chat(taskId: number): readonly ChatMessage[];
  /** The chat as a reader sees it on the web (by default), on a phone, or in a notice, as plain text. */
  renderChat(taskId: number, view?: ChatView, build?: WebBuild): string;
  readonly requests: readonly RequestRecord[];
  /** The REST requests by what became of them, and the messages in all chats. */
  readonly counts: Readonly<RequestCounts & { messages: number }>;
  readonly faults: FaultControl;
  /** How its chats behave, to be changed at will. */
  readonly chatBuild: ChatBuild;
  /** Methods that this build does not have, to be changed at will. */
  readonly lacks: Set<string>;
  /** Somebody writes in the chat of a task by hand. */
  write(userId: number, taskId: number, text: string): void;
  setHonoursKeys(honours: boolean): void;
  setLanguage(language: PortalLanguage): void;
  /** From now on it answers as a build of this generation does. */
  setBuild(build: BuildGeneration): void;
  /** Dismisses an employee, or takes them back. */
  setUserActive(userId: number, active: boolean): void;
  /** Uses up operating time of a method for one webhook, as if its calls had taken that long. */
  spendOperatingTime(webhook: Webhook, method: string, seconds: number): void;
  /** How full the bucket of a source address is; default 127.0.0.1. */
  bucketLevel(sourceAddress?: string): number;
  readonly oauth: OauthControl;
  readonly browser: Browser;
  /**
   * The portal gets another address, here another port. The old one sends everything on with 302; the token server that
   * was beside it stays there. `tls`: from now on over https.
   */
  rename(options?: { readonly tls?: boolean }): Promise<void>;
  /** The machine is off: connections are refused. Everything stays in memory. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Stops for good; a method that still waits in a `slow before` never runs. */
  close(): Promise<void>;
};

/**
 * Starts a Bitrix24 portal: REST 3 and REST 2 as far as a bridge needs them, webhooks, OAuth, limits, and everything
 * that can go wrong. Its facts are those of Bitrix24's REST documentation. Several may run in one process.
 */
export async function startPortal(options: PortalOptions = {}): Promise<Portal> {
  const settings: Settings = {
    honoursKeys: options.honoursKeys ?? true,
    language: options.language ?? 'en',
    build: options.build ?? 'flat-codes',
  };
  const host = options.host ?? '127.0.0.1';
  const hostname = options.hostname ?? host;
  const clock = options.clock ?? steadyClock();
  const certify = () => makeCertificate([...new Set([hostname, host, 'localhost', '127.0.0.1'])]);
  let certificate = options.tls === true ? await certify() : undefined;
  const parts = assemble(options, settings, clock, () => addresses.origin);
  const { handle } = parts;
  const addresses = await startAddresses({ host, hostname, port: options.port ?? 0, certificate, handle });
  const { state, webhooks, faults, log, buckets, operatingTimes, oauth, delays } = parts;
  return {
    get origin() {
      return addresses.origin;
    },
    get ca() {
      return certificate?.cert;
    },
    createWebhook: webhooks.create,
    users: state.users,
    tasks: state.tasks,
    chat: (taskId) => state.chats.get(taskId) ?? [],
    renderChat: (taskId, view, build) => renderChat(state.chats.get(taskId) ?? [], view, build),
    requests: log.records,
    get counts() {
      return { ...log.counts, messages: Array.from(state.chats.values()).reduce((sum, chat) => sum + chat.length, 0) };
    },
    faults,
    chatBuild: state.chatBuild,
    lacks: parts.lacks,
    write(userId, taskId, text) {
      const [author, task] = [state.users.get(userId), state.tasks.get(taskId)];
      if (!author || !task) {
        throw new Error('There is no such person, or no such task');
      }
      postMessage(state, { author, task, text, key: undefined });
    },
    setHonoursKeys(honours) {
      settings.honoursKeys = honours;
    },
    setLanguage(language) {
      settings.language = language;
    },
    setBuild(build) {
      settings.build = build;
    },
    setUserActive(userId, active) {
      const user = state.users.get(userId);
      if (user !== undefined) {
        state.users.set(userId, { ...user, active });
      }
    },
    spendOperatingTime(webhook, method, seconds) {
      operatingTimes.spend(webhook.id, method, seconds);
    },
    bucketLevel: (sourceAddress = '127.0.0.1') => buckets.level(sourceAddress),
    oauth: oauth.control,
    browser: oauth.browser,
    async rename({ tls = false } = {}) {
      certificate ??= tls ? await certify() : undefined;
      await addresses.rename(certificate);
    },
    down: addresses.down,
    up: addresses.up,
    async close() {
      delays.abort();
      await addresses.down();
    },
  };
}

type Settings = { honoursKeys: boolean; language: PortalLanguage; build: BuildGeneration };

function assemble(options: PortalOptions, settings: Settings, clock: Clock, origin: () => string) {
  const state = createState({ ...defaultSeed, ...options.seed }, clock);
  const webhooks = createWebhookStore(clock, origin);
  const desk = createTokenDesk(readApp(options.oauth), clock);
  const operatingTimes = createOperatingTimes(options.operating?.limitSeconds ?? 480, clock);
  const buckets = createLeakyBuckets(options.rate ?? { burst: 50, perSecond: 2 }, clock);
  const faults = createFaultControl();
  const log = createRequestLog(clock);
  const oauth = createOauth({
    state,
    desk,
    origin,
    handlerUrl: options.oauth?.handlerUrl,
    memberId: randomUUID().replaceAll('-', ''),
  });
  const delays = new AbortController();
  const language = () => settings.language;
  const build = () => settings.build;
  const lacks = new Set(options.lacks);
  const dispatch = createDispatch({
    state,
    authenticate: createAuthentication(state, webhooks, desk),
    operatingTimes,
    operatingCostSeconds: options.operating?.costSeconds ?? 0.01,
    keys: createIdempotencyMemory(clock),
    honoursKeys: () => settings.honoursKeys,
    language,
    build,
    lacks,
    scopeStatus: () => options.scopeStatus ?? 403,
    chatScopes: options.chatScopes ?? ['tasks'],
  });
  const front = createRestFront({
    dispatch,
    buckets,
    pickFault: faults.pick,
    log,
    language,
    build,
    delays: delays.signal,
    bodyLimitBytes: options.bodyLimitBytes ?? 4 * 1024 * 1024,
    requestLimitMs: options.requestLimitMs ?? 60_000,
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin());
    const address = readRestAddress(url.pathname);
    if (address !== undefined) {
      return front(address, url, request, response);
    }
    if (await oauth.handle(url, request, response)) {
      return;
    }
    sendAnswer(response, htmlPage(404, '404 Not Found'));
  }

  /**
   * A request that breaks off while it is read, or that still waits when the portal stops, has nobody left to answer.
   */
  function handle(request: IncomingMessage, response: ServerResponse): void {
    route(request, response).catch(() => response.destroy());
  }

  return { state, webhooks, operatingTimes, buckets, faults, log, oauth, delays, lacks, handle };
}

function readApp(oauth: PortalOptions['oauth']): OauthApp | undefined {
  return oauth === undefined
    ? undefined
    : {
        clientId: oauth.clientId,
        clientSecret: oauth.clientSecret,
        scopes: oauth.scopes ?? ['task', 'tasks', 'user_basic'],
      };
}

function steadyClock(): Clock {
  return { now: () => performance.timeOrigin + performance.now() };
}
