import { createServer, type Server } from 'node:http';
import type { Submission } from '../../src/delivery/submission.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Identity } from '../../src/domain/identity.ts';
import type { Log } from '../../src/domain/log.ts';
import type { OwedAnswer, OwedAnswers } from '../../src/domain/owed-answer.ts';
import { type Person, personKey } from '../../src/domain/person.ts';
import { type PortalOrigin, portalOriginOf, type TaskId, taskIdOf } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { SlackOptions } from '../../src/sandbox/slack/options.ts';
import { type SandboxSlack, startSlack } from '../../src/sandbox/slack/slack.ts';
import type { SlackSettings, SurfaceDeps } from '../../src/slack/ports.ts';
import { createSlackDirectory, type SlackDirectory } from '../../src/slack/slack-directory.ts';
import { createSlackSurface, type SlackSurface } from '../../src/slack/surface.ts';
import type { Draft } from '../../src/tasks/ports.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { patientSlack } from '../support/patient-slack.ts';
import { standingPortals } from '../support/standing-portals.ts';

/** How the surface receives interactions. */
export type Mode = 'http' | 'socket';

/** A line of the log, as it was given. */
export type LogLine = { readonly level: string; readonly fields: Record<string, unknown>; readonly message: string };

/** A local Slack, the surface in it, and use cases that a test decides about. */
export type Harness = {
  readonly slack: SandboxSlack;
  readonly surface: SlackSurface;
  readonly directory: SlackDirectory;
  /** What was handed to `accept`, oldest first. */
  readonly submissions: Submission[];
  readonly log: LogLine[];
  readonly url: string;
  close(): Promise<void>;
};

/** What the surface and the local Slack are started with, where it is not the usual. */
export type HarnessOptions = {
  readonly mode?: Mode;
  readonly deps?: Partial<SurfaceDeps>;
  readonly settings?: Partial<SlackSettings>;
  readonly slack?: SlackOptions;
  /** Done to that Slack before the surface reaches it. */
  readonly prepare?: (slack: SandboxSlack) => void;
};

/**
 * Starts everything over real HTTP or a real socket. Unless `deps` say otherwise, every message is accepted, and time
 * stands still, so that no deadline comes before its test says so.
 */
export async function openHarness(stageOptions: HarnessOptions = {}): Promise<Harness> {
  const { mode = 'http', deps, settings, slack: options, prepare } = stageOptions;
  const slack = await startSlack({ ...patientSlack, ...options });
  prepare?.(slack);
  const log: LogLine[] = [];
  const submissions: Submission[] = [];
  const given = settingsFor(slack, mode, settings);
  const useCases = {
    ...fakeUseCases(submissions),
    clock: clockOfToday(),
    log: collectInto(log),
    ...deps,
  };
  const directory = createSlackDirectory(given, {
    ...useCases,
    findIdentity: useCases.linking.find,
    leads: standingPortals.leads,
  });
  const surface = createSlackSurface(given, directory, useCases);
  const server = await listen(surface);
  const url = `http://127.0.0.1:${portOf(server)}/slack/events`;
  await surface.start();
  if (mode === 'http') {
    slack.connectHttp(url);
  } else {
    await slack.connectSocket();
  }
  return {
    slack,
    surface,
    directory,
    submissions,
    log,
    url,
    async close() {
      await surface.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await slack.close();
    },
  };
}

/** The reference of the fault that was logged; a text that nothing shows where none was. */
export function loggedReference({ log }: Pick<Harness, 'log'>): string {
  const faults = log.filter(({ level, fields }) => level === 'error' && 'reference' in fields);
  return faults.length === 1 ? String(faults[0]?.fields['reference']) : `${faults.length} references are logged`;
}

/** The settings of a surface that talks to this local Slack. */
export function settingsFor(slack: SandboxSlack, mode: Mode, changed: Partial<SlackSettings> = {}): SlackSettings {
  return {
    transport:
      mode === 'http'
        ? { mode: 'http', signingSecret: new Secret(slack.app.signingSecret) }
        : { mode: 'socket', appToken: new Secret(slack.app.appToken) },
    access: { kind: 'one-workspace', botToken: new Secret(slack.botToken()) },
    slackApiUrl: slack.apiUrl,
    ...changed,
  };
}

/** Use cases that accept everything; submissions are kept in the given array. */
export function fakeUseCases(submissions: Submission[] = []): Omit<SurfaceDeps, 'clock' | 'log'> {
  return {
    accept: async (submission) => {
      submissions.push(submission);
      return { kind: 'accepted', id: 'delivery-1', portal: acme, task: submission.task.task, bitrixUserId: '7' };
    },
    resend: async () => ({ kind: 'gone' }),
    rules: { allowGuests: true },
    removed: async () => {},
    linking: {
      find: async () => undefined,
      linkWebhook: async () => ({ ok: false, failure: { kind: 'not-a-webhook-url' } }),
      unlink: async () => ({ removed: false, cancelled: 0 }),
      leave: async () => ({ removed: false, cancelled: 0 }),
    },
    deliveries: {
      listOpen: async () => [],
      listEnded: async () => [],
      cancel: async () => 'absent',
      wordingsOf: async () => new Map(),
      contentOf: async () => undefined,
    },
    tasks: {
      suggest: async () => ({ groups: [] }),
      preselect: async () => undefined,
      check: async () => ({ kind: 'unknown' }),
      titleOf: async () => undefined,
      knownTitle: async () => undefined,
    },
    showTask: async () => ({ kind: 'refused', failure: { kind: 'not-linked' } }),
    defaults: {
      find: async () => undefined,
      isKnown: async () => true,
      noteKnown: async () => {},
      show: async () => undefined,
      list: async () => [],
      set: async () => ({ kind: 'failed', failure: { kind: 'not-linked' } }),
      clear: async () => false,
    },
    defaultsBy: 'anyone',
    announce: 'off',
    // Bob has chosen Russian: no Slack says so by itself.
    preferences: {
      language: {
        of: async ({ user }) => (user === 'U0BOB00000' ? 'ru' : undefined),
        set: async () => {},
        clear: async () => {},
        people: async () => [],
      },
      guessedLanguage: {
        of: async () => undefined,
        set: async () => {},
        clear: async () => {},
        people: async () => [],
      },
    },
    drafts: createDrafts(),
    takingBack: { isOffered: () => false, takeBack: async () => ({ kind: 'nothing' }) },
    owedAnswers: createAnswers(),
    tryLink: async () => ({ kind: 'not-linked' }),
    preview: async () => ({
      document: readMrkdwn('as it arrives'),
      names: { users: new Map(), channels: new Map(), groups: new Map() },
      parts: 1,
      losses: [],
    }),
    diagnose: async () => ({ findings: [] }),
    usedSignatures: createUsedOnce(),
  };
}

function createUsedOnce(): SurfaceDeps['usedSignatures'] {
  const used = new Set<string>();
  return { claim: async (id) => !used.has(id) && used.size < used.add(id).size };
}

function createDrafts(): SurfaceDeps['drafts'] {
  const drafts = new Map<string, Draft>();
  const afterLinking = new Map<string, string>();
  return {
    async save(draft) {
      const id = `draft-${drafts.size + 1}`;
      drafts.set(id, draft);
      return id;
    },
    replace: async (id, draft) => void drafts.set(id, draft),
    async find(person, id) {
      const draft = drafts.get(id);
      return draft && personKey(draft.person) === personKey(person) ? draft : undefined;
    },
    noteLinking: async (person, id) => void afterLinking.set(personKey(person), id),
    async takeLinking(person) {
      const id = afterLinking.get(personKey(person));
      afterLinking.delete(personKey(person));
      return id;
    },
  };
}

/** A clock that stands at the real time, so that signatures are fresh, until a test moves it. */
export function clockOfToday(): ManualClock {
  return manualClock({ epochMs: Date.now() });
}

/** Looks again and again, without waiting in between, until `isSo`; gives up when it hangs. */
export async function until(isSo: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > giveUpAt) {
      throw new Error('It did not come to that');
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A log that keeps its lines in the given array. */
export function collectInto(lines: LogLine[]): Log {
  const at = (level: string) => (fields: Record<string, unknown>, message: string) => {
    lines.push({ level, fields, message });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Owed answers in memory. */
export function createAnswers(): OwedAnswers {
  const kept = new Map<string, OwedAnswer>();
  return {
    async keep(answer) {
      const id = crypto.randomUUID();
      kept.set(id, answer);
      return { id, dueAt: answer.dueAt };
    },
    async take(id) {
      const answer = kept.get(id);
      kept.delete(id);
      return answer;
    },
    list: async () => [...kept].map(([id, { dueAt }]) => ({ id, dueAt })),
  };
}

/** The origin of a portal; throws when the text is none. */
export function portal(text: string): PortalOrigin {
  const origin = portalOriginOf(text);
  if (!origin) {
    throw new Error(`${text} is no portal`);
  }
  return origin;
}

/** The id of a task; throws when the number is not one. */
export function task(number: number): TaskId {
  const id = taskIdOf(String(number));
  if (!id) {
    throw new Error(`${number} is no task`);
  }
  return id;
}

/** The portal of identities and deliveries that name none. */
export const acme = portal('https://acme.bitrix24.com');

const anna: Person = { tenant: 'T0ACME0000', user: 'U0ANNA0000' };

/** An identity of Anna by webhook, with a secret that must appear nowhere. */
export function identity(changed: Partial<Identity['account']> = {}): Identity {
  return {
    id: 'identity-1',
    account: { portal: acme, userId: '7', name: 'Anna Petrova', ...changed },
    linkedAt: Date.UTC(2026, 10, 22, 14, 3),
    credential: { kind: 'webhook', portal: acme, webhookUserId: '7', secret: new Secret('planted-secret') },
  };
}

/** A delivery of Anna that waits for its first attempt. */
export function delivery(changed: Partial<Delivery> = {}): Delivery {
  return {
    id: 'delivery-1',
    person: anna,
    portal: acme,
    bitrixUserId: '7',
    task: task(51),
    parts: 1,
    partsDelivered: 0,
    state: 'accepted',
    ambiguous: false,
    parked: false,
    acceptedAt: Date.UTC(2026, 10, 22, 14, 3),
    deadlineAt: Date.UTC(2026, 10, 23, 13, 3),
    hasText: true,
    ...changed,
  };
}

async function listen(surface: SlackSurface): Promise<Server> {
  const server = createServer(surface.requestListener ?? ((_, response) => response.writeHead(404).end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
