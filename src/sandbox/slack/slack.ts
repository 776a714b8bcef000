import { randomUUID } from 'node:crypto';
import { type Clients, usualClients } from './clients.ts';
import { startFront } from './front-server.ts';
import { eventPayload } from './interactions/payloads.ts';
import { createPerson } from './interactions/person.ts';
import type { SandboxPerson, Waiting } from './interactions/sandbox-person.ts';
import { type JsonObject, textAt } from './json.ts';
import { type Consent, createOAuth } from './oauth/oauth.ts';
import { type AppSeed, defaultApp, defaultWorkspaces, type SlackOptions } from './options.ts';
import {
  type Answer,
  createDelivery,
  type Interaction,
  type RawRequest,
  type SendOverrides,
} from './sending/delivery.ts';
import { createSocketMode, type SocketMode } from './sending/socket-mode.ts';
import { createChanges, waitMs } from './state/changes.ts';
import { joinChannel, leaveChannel, openDirect } from './state/channels.ts';
import { type Channel, createDirectory, type Directory, type Person } from './state/directory.ts';
import { createFaults, type Fault } from './state/faults.ts';
import { createFiles, type FileDownload, type SlackFile } from './state/files.ts';
import { addBotToken, addSeededTokens, botToken } from './state/installed-tokens.ts';
import { createMessages, type SeenMessage } from './state/messages.ts';
import { createResponseUrls } from './state/response-urls.ts';
import type { ApiCall, SlackState } from './state/state.ts';
import { createTokens, type TokenRecord } from './state/tokens.ts';
import { createTriggers } from './state/triggers.ts';
import { createViews, type OpenView } from './state/views.ts';
import { markUninstalled } from './web-api/app-methods.ts';
import { createMethods } from './web-api/methods.ts';

/** A local Slack: what an app talks to, and how tests and the prompt act as people. */
export type SandboxSlack = {
  /** Web API base, for `SLACK_API_URL`: `http://127.0.0.1:PORT/api/`. */
  readonly apiUrl: string;
  /** The consent page, for the installer's `authorizationUrl`. */
  readonly authorizeUrl: string;
  readonly app: AppSeed;
  readonly directory: Directory;
  /** The bot token of an installed workspace (the first one unless named). */
  botToken(team?: string): string;
  /** Adds a token with scopes of its own, for tests of `missing_scope`. */
  addToken(token: string, scopes: readonly string[], team?: string): TokenRecord;

  /** Where Slack sends commands, interactions and events from now on. */
  connectHttp(url: string, signingSecret?: string): void;
  /** Switches to Socket Mode and waits (5 s unless told otherwise) for the app's first connections (one). */
  connectSocket(options?: { timeoutMs?: number; connections?: number }): Promise<void>;
  readonly socketMode: Pick<SocketMode, 'connections' | 'askToReconnect' | 'say' | 'drop'>;

  /** Acts as a person, by name or id; `channel` is where the person types unless told otherwise. */
  as(user: string, options?: { team?: string; channel?: string }): SandboxPerson;
  /** Hands the same interaction over again: same trigger id, same response URL, freshly signed. */
  redeliver(interaction: Interaction | undefined, overrides?: SendOverrides): Promise<Answer>;
  /** A signed request with any body. The signature is right unless the options say otherwise. */
  signedRequest(body: string | Buffer, options?: RawRequest): Promise<Answer>;
  /** Sends an event callback; `fields` join the inner event. */
  sendEvent(
    type: string,
    fields?: JsonObject,
    options?: { team?: string; eventId?: string } & SendOverrides,
  ): Promise<Answer>;
  /** Somebody removes the app: tokens die, then `app_uninstalled` and `tokens_revoked` are sent. */
  uninstall(team?: string): Promise<Answer[]>;
  /** Says yes (or no) on the consent page; the answer is where the browser goes next. */
  consent(authorizationUrl: string, consent?: Consent): string;

  /** What a person sees of the app, oldest first. */
  seenBy(user: string, team?: string): SeenMessage[];
  /** Waits until a person sees a matching message; rejects with what is on the screen. */
  waitFor(user: string, predicate: (message: SeenMessage) => boolean, options?: Waiting): Promise<SeenMessage>;
  /** Calls `listener` whenever something has changed in Slack; returns how to end that. */
  watch(listener: () => void): () => void;
  openView(user: string, team?: string): OpenView | undefined;
  home(user: string, team?: string): OpenView | undefined;
  /** What is in a channel for everybody, people's posts included. */
  history(channel: string, team?: string): SeenMessage[];
  /** Changes the words of a message, which marks it as edited. */
  edit(message: SeenMessage, text: string): void;
  remove(message: SeenMessage): void;
  /** Puts a bot's or any other ready-made message into a channel, for shortcuts on it. */
  addMessage(channel: string, message: JsonObject, team?: string): SeenMessage;
  /** Adds a person or the app (`'app'`) to a channel. */
  join(channel: string, user: string, team?: string): void;
  leave(channel: string, user: string, team?: string): void;
  /** Opens a direct conversation between two people, or a person and the app (`'app'`); answers with its channel id. */
  openDirect(user: string, other: string, team?: string): string;
  /** Changes a person: deactivates them, another locale, a guest … */
  changePerson(user: string, change: Partial<Omit<Person, 'id' | 'teamId' | 'name'>>, team?: string): void;

  /** A file by its id. Throws where there is none. */
  file(id: string): SlackFile;
  /** Every request of a file's bytes so far. */
  readonly downloads: readonly FileDownload[];
  /** Every Web API call so far, with needed and provided scopes. */
  readonly calls: readonly ApiCall[];
  /** Waits for a Web API call. */
  waitForCall(predicate: (call: ApiCall) => boolean, timeoutMs?: number): Promise<ApiCall>;
  /** What the app answered to interactions although Slack would have refused it; a test can ask that it stays empty. */
  readonly complaints: readonly string[];
  /** From now on people's clients behave so. */
  changeClients(change: Partial<Clients>): void;
  /** Switches a fault on for a Web API method, `*`, or `response_url`; the result switches it off. */
  fault(method: string, fault: Fault, times?: number): () => void;
  /** Lets a Web API method take so many calls within a minute of this Slack's clock, as Slack does. */
  limit(method: string, perMinute: number): void;
  /** Stop the app first: a Bolt app in Socket Mode that loses its connection tries to come back. */
  close(): Promise<void>;
};

/** Starts the local Slack on one HTTP server. */
export async function startSlack(options: SlackOptions = {}): Promise<SandboxSlack> {
  const seeds = options.workspaces ?? defaultWorkspaces;
  const app: AppSeed = { ...defaultApp, ...options.app };
  const directory = createDirectory(seeds, app);
  let origin = '';
  const state = createState(options, app, directory, () => origin);
  addSeededTokens(state, seeds);
  state.faults.limit('conversations.replies', options.distributed ? 1 : 50);

  const socketMode = createSocketMode(state.changes);
  const delivery = createDelivery({
    clock: state.clock,
    changes: state.changes,
    socketMode,
    ackTimeoutMs: options.ackTimeoutMs ?? 3000,
    signingSecret: app.signingSecret,
  });
  const sendEvent: SandboxSlack['sendEvent'] = (type, fields = {}, { team, eventId, ...overrides } = {}) => {
    const event = { type, ...fields, event_ts: state.messages.nextTs() };
    const id = eventId ?? `Ev${randomUUID().replaceAll('-', '').toUpperCase()}`;
    const payload = eventPayload({ state, team: directory.team(team) }, event, id);
    return delivery.send({ type: 'events_api', payload, settle: () => {} }, overrides);
  };
  const sendUninstalled = async (teamId: string): Promise<Answer[]> => {
    const bot = [directory.team(teamId).botUserId];
    return [
      await sendEvent('app_uninstalled', {}, { team: teamId }),
      await sendEvent('tokens_revoked', { tokens: { oauth: [], bot } }, { team: teamId }),
    ];
  };
  const oauth = createOAuth(state);
  const front = await startFront(
    { state, oauth, socketMode, webApi: createMethods({ state, socketMode, access: oauth.access, sendUninstalled }) },
    options.port ?? 0,
  );
  origin = `http://127.0.0.1:${front.port}`;

  const personOf = (user: string, team?: string, channel?: string): SandboxPerson => {
    const person = directory.person(user, team);
    const place = channel === undefined ? undefined : directory.channel(channel, person.teamId);
    return createPerson({ state, delivery }, person, place);
  };
  return {
    apiUrl: `${origin}/api/`,
    authorizeUrl: `${origin}/oauth/v2/authorize`,
    app,
    directory,
    socketMode,
    botToken: (team) => botToken(state, team),
    addToken: (token, scopes, team) => addBotToken(state, token, scopes, team),
    changeClients(change) {
      state.clients = { ...state.clients, ...change };
    },
    connectHttp: delivery.connectHttp,
    connectSocket: delivery.connectSocket,
    as: (user, { team, channel } = {}) => personOf(user, team, channel),
    redeliver(interaction, overrides) {
      if (interaction === undefined) {
        throw new Error('There is no interaction to hand over again: nothing was sent');
      }
      return delivery.send(interaction, overrides);
    },
    signedRequest: delivery.raw,
    sendEvent,
    uninstall(team) {
      const { id } = directory.team(team);
      markUninstalled(state, id);
      return sendUninstalled(id);
    },
    consent(authorizationUrl, consent = {}) {
      const asked = oauth.read(new URL(authorizationUrl).searchParams);
      const answer = 'error' in asked ? asked : oauth.consent(asked, consent);
      if ('error' in answer) {
        throw new Error(`Slack refuses: ${answer.error}`);
      }
      return answer.location;
    },
    seenBy: (user, team) => state.messages.seenBy(directory.person(user, team).id),
    waitFor: (user, predicate, waiting) => personOf(user).waitFor(predicate, waiting),
    openView: (user, team) => state.views.stack(directory.person(user, team).id).at(-1),
    home: (user, team) => state.views.home(directory.person(user, team).id),
    history: (channel, team) => state.messages.inChannel(directory.channel(channel, team).id),
    edit: (message, text) => editMessage(state, message, text),
    remove: state.messages.remove,
    addMessage: (channel, message, team) => addMessage(state, directory.channel(channel, team), message),
    join: (channel, user, team) => joinChannel(state, directory.channel(channel, team), user),
    leave: (channel, user, team) => leaveChannel(state, directory.channel(channel, team), user),
    openDirect(user, other, teamKey) {
      const team = directory.team(teamKey);
      const right = other === 'app' ? team.botUserId : directory.person(other, team.id).id;
      return openDirect(state, team, directory.person(user, team.id).id, right).id;
    },
    changePerson: (user, change, team) => {
      Object.assign(directory.person(user, team), change);
    },
    watch: state.changes.watch,
    file: (id) => fileOf(state, id),
    downloads: state.files.downloads,
    calls: state.calls,
    waitForCall: (predicate, timeoutMs = waitMs) =>
      state.changes.until(
        () => state.calls.find(predicate),
        timeoutMs,
        () => `Calls so far: ${state.calls.map((call) => call.method).join(', ')}`,
      ),
    complaints: state.complaints,
    fault: state.faults.add,
    limit: state.faults.limit,
    async close() {
      socketMode.close();
      await front.close();
    },
  };
}

function createState(options: SlackOptions, app: AppSeed, directory: Directory, origin: () => string): SlackState {
  const clock = options.clock ?? { now: () => Date.now() };
  const changes = createChanges();
  const messages = createMessages(clock, directory, changes);
  return {
    clock,
    app,
    directory,
    changes,
    messages,
    files: createFiles(clock),
    openFiles: options.openFiles ?? false,
    clients: { ...usualClients, ...options.clients },
    views: createViews(clock, app, changes),
    triggers: createTriggers(clock, options.triggerLifeMs),
    responseUrls: createResponseUrls(clock, messages),
    tokens: createTokens(clock),
    faults: createFaults(clock),
    calls: [],
    threads: { maxPage: options.distributed ? 15 : 1_000, rootOnEveryPage: options.rootOnEveryPage ?? true },
    complaints: [],
    suggested: new Map(),
    origin,
  };
}

function fileOf(state: SlackState, id: string): SlackFile {
  const file = state.files.find(id);
  if (file === undefined) {
    throw new Error(`There is no file ${id}`);
  }
  return file;
}

function editMessage({ messages }: SlackState, message: SeenMessage, text: string): void {
  const edited = { user: message.message['user'] ?? '', ts: messages.nextTs() };
  messages.replace(message, { text, edited });
}

function addMessage(state: SlackState, channel: Channel, message: JsonObject): SeenMessage {
  const threadTs = textAt(message, 'thread_ts');
  return state.messages.add({ teamId: channel.teamId, channel: channel.id, threadTs, via: 'person', message });
}
