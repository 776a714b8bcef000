import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { type Person, personKey } from '../../src/domain/person.ts';
import { type PortalOrigin, portalOriginOf, type TaskId, taskIdOf } from '../../src/domain/portal.ts';
import { failed, success } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createTaskFinder, type TaskFinder } from '../../src/tasks/find-task.ts';
import type { FoundTask, Place, RecentTask, TaskAddress, TaskMemory, TaskReader } from '../../src/tasks/ports.ts';
import { createTaskCache } from '../../src/tasks/task-cache.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { standingPortals } from '../support/standing-portals.ts';

/** The person who searches, unless a test says otherwise. */
export const anna: Person = { tenant: 'T1', user: 'U-ANNA' };
/** A second person in the same workspace. */
export const bob: Person = { tenant: 'T1', user: 'U-BOB' };
/** The portal of both. */
export const acme = portal('https://acme.bitrix24.com');
/** A portal where neither is connected. */
export const other = portal('https://other.bitrix24.com');
/** The thread in which they search. */
export const here: Place = { tenant: 'T1', channel: 'C1', thread: '1.1' };

/** What a person may read on their portal. */
type Rights = Readonly<Record<string, readonly FoundTask[]>>;

/** The real search over records in memory and a portal that a test decides about. */
export type FindingHarness = {
  readonly finding: TaskFinder;
  readonly memory: TaskMemory & {
    threads: Map<string, TaskAddress>;
    defaults: Map<string, TaskAddress>;
    written: Map<string, RecentTask[]>;
  };
  readonly identities: Map<string, Identity>;
  readonly clock: ManualClock;
  /** What portals were asked, in words. */
  readonly asked: string[];
  /** Makes every portal fail. */
  fail(failure: PortalFailure | undefined): void;
  setRoom(hasRoom: boolean): void;
};

/** The use cases of finding over portals that answer at once with what the owner of the credential may read. */
export function openFinding(rights: Rights): FindingHarness {
  const clock = manualClock();
  const asked: string[] = [];
  const identities = new Map<string, Identity>();
  const memory = createMemory();
  let failure: PortalFailure | undefined;
  let hasRoom = true;
  const readable = (credential: { kind: string; webhookUserId?: string }) =>
    rights[credential.webhookUserId ?? ''] ?? [];
  const reader: Pick<TaskReader, 'search' | 'get'> = {
    async search({ credential, words, limit }) {
      asked.push(`search "${words}"`);
      if (failure) {
        return failed(failure);
      }
      const fits = readable(credential).filter(({ title }) => title.toLowerCase().includes(words));
      return success(fits.slice(0, limit));
    },
    async get({ credential, task }) {
      asked.push(`get ${task}`);
      if (failure) {
        return failed(failure);
      }
      const found = readable(credential).find((one) => one.task === task);
      return found ? success(found) : failed({ kind: 'no-access' });
    },
  };
  const lookup = createTaskCache({ reader, actAs: (_, identity, call) => call(identity.credential), clock });
  const finding = createTaskFinder({
    lookup,
    memory,
    findIdentity: async (person) => identities.get(personKey(person)),
    names: standingPortals.names,
    hasRoom: async () => hasRoom,
    clock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  return {
    finding,
    memory,
    identities,
    clock,
    asked,
    fail: (given) => {
      failure = given;
    },
    setRoom: (given) => {
      hasRoom = given;
    },
  };
}

/** An identity by webhook. */
export function identity(id: string, userId: string, at: PortalOrigin = acme): Identity {
  return {
    id,
    account: { portal: at, userId, name: userId },
    linkedAt: 0,
    credential: { kind: 'webhook', portal: at, webhookUserId: userId, secret: new Secret('hush') },
  };
}

/** The id of a task; throws when the number is not one. */
export function task(number: number): TaskId {
  const found = taskIdOf(String(number));
  if (!found) {
    throw new Error(`${number} is no task`);
  }
  return found;
}

/** A pending task, as the portal finds it. */
export function found(number: number, title: string): FoundTask {
  return { task: task(number), title, status: 'pending' };
}

function portal(text: string): PortalOrigin {
  const origin = portalOriginOf(text);
  if (!origin) {
    throw new Error(`${text} is no portal`);
  }
  return origin;
}

function createMemory(): FindingHarness['memory'] {
  const threads = new Map<string, TaskAddress>();
  const defaults = new Map<string, TaskAddress>();
  const written = new Map<string, RecentTask[]>();
  return {
    threads,
    defaults,
    written,
    threadTask: async ({ thread }) => threads.get(thread ?? ''),
    channelDefault: async ({ channel }) => defaults.get(channel),
    setChannelDefault: async ({ channel }, _, address) => {
      if (address) {
        defaults.set(channel, address);
      } else {
        defaults.delete(channel);
      }
    },
    knowsDefault: async () => true,
    noteKnownDefault: async () => {},
    recent: async (person) => written.get(personKey(person)) ?? [],
    channels: async () => [],
    remember: async (person, notes) =>
      void written.set(personKey(person), notes.map(({ task: given }) => given).slice(-1)),
    forget: async () => {},
  };
}
