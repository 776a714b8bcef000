import { LRUCache } from 'lru-cache';
import { createInFlight } from '../../delivery/in-flight.ts';
import type { Clock } from '../../domain/clock.ts';
import { createKeyedQueue } from '../../domain/keyed-queue.ts';
import type { Log } from '../../domain/log.ts';
import { type Person, personKey } from '../../domain/person.ts';
import { textsIn } from '../../locales/locale.ts';
import { logFault } from '../../observability/fault.ts';
import { type AccessPolicy, wordsFor } from '../directory/access-policy.ts';
import type { People } from '../directory/people.ts';
import type { SurfaceDeps } from '../ports.ts';
import { brokenHomeView, homeView, refusedHomeView } from '../views/home-view.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { reasonOf } from '../web-api/slack-fault.ts';

export type HomeTabDeps = {
  readonly clients: Clients;
  readonly people: People;
  readonly accessPolicy: AccessPolicy;
  readonly linking: Pick<SurfaceDeps['linking'], 'find'>;
  readonly deliveries: Pick<SurfaceDeps['deliveries'], 'listOpen' | 'listEnded'>;
  readonly defaults: Pick<SurfaceDeps['defaults'], 'list'>;
  readonly clock: Clock;
  readonly log: Log;
};

/** The Home tabs of the people who have opened theirs since the start. */
export type HomeTab = {
  /** Publishes the tab of a person who looks at it. Never rejects. */
  show(person: Person, workspace: Workspace): Promise<void>;
  /** The person has theirs before them: from now on it is kept up to date. */
  seen(person: Person, workspace: Workspace): void;
  /** Something of this person changed: a tab that was shown is published anew. */
  refresh(person: Person): void;
  /** Publishes nothing more; resolves when what is under way has ended. */
  stop(): Promise<void>;
};

const maxListed = 10;
const maxRemembered = 10_000;
/** Changes that come together make one publication. */
const settleMs = 300;

/** Creates the Home tabs over `views.publish`, which needs no scope. */
export function createHomeTab(deps: HomeTabDeps): HomeTab {
  const { clients, people, clock, log } = deps;
  const shown = new LRUCache<string, Workspace>({ max: maxRemembered });
  const planned = new Map<string, () => void>();
  const turns = createKeyedQueue();
  const publishing = createInFlight();
  let stopped = false;
  return { show, seen, refresh, stop };

  async function show(person: Person, workspace: Workspace): Promise<void> {
    if (stopped) {
      return;
    }
    const key = personKey(person);
    shown.set(key, workspace);
    // One after the other, so that what was read first never takes the place of what was read later.
    const published = turns.run(key, () => publish(person, workspace));
    publishing.add(published);
    await published;
  }

  function seen(person: Person, workspace: Workspace): void {
    shown.set(personKey(person), workspace);
  }

  async function publish(person: Person, workspace: Workspace): Promise<void> {
    try {
      const client = await clients.prompt(workspace);
      await client.views.publish({ user_id: person.user, view: await viewFor(person, workspace) });
    } catch (error) {
      log.warn({ person: personKey(person), reason: reasonOf(error) }, 'a Home tab could not be published');
    }
  }

  function refresh(person: Person): void {
    const key = personKey(person);
    const workspace = shown.get(key);
    if (stopped || !workspace || planned.has(key)) {
      return;
    }
    const cancel = clock.schedule(settleMs, () => {
      planned.delete(key);
      void show(person, workspace);
    });
    planned.set(key, cancel);
  }

  async function stop(): Promise<void> {
    stopped = true;
    for (const cancel of planned.values()) {
      cancel();
    }
    planned.clear();
    await publishing.settled();
  }

  async function viewFor(person: Person, workspace: Workspace) {
    const texts = textsIn(await people.localeFor(workspace, person.user));
    try {
      const denial = await deps.accessPolicy.denialFor({ workspace, person });
      if (denial) {
        return refusedHomeView(wordsFor(denial, texts));
      }
      const [identity, open, ended, defaults] = await Promise.all([
        deps.linking.find(person),
        deps.deliveries.listOpen(person),
        deps.deliveries.listEnded(person, maxListed),
        deps.defaults.list(person),
      ]);
      return homeView({ identity, open, ended, defaults }, texts);
    } catch (error) {
      return brokenHomeView(logFault(log, { error }, 'a Home tab could not be made'), texts);
    }
  }
}
