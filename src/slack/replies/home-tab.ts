import { createInFlight } from '../../delivery/in-flight.ts';
import type { Clock } from '../../domain/clock.ts';
import { createKeyedQueue } from '../../domain/keyed-queue.ts';
import { createLru } from '../../domain/lru.ts';
import { type Person, personKey } from '../../domain/person.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { createHomeContent, type HomeContentDeps } from './home-content.ts';
import { createHomePublisher } from './home-publisher.ts';

/** What the Home tab needs. */
export type HomeTabDeps = HomeContentDeps & {
  readonly clients: Clients;
  /** How many replicas share what Slack lets a workspace publish; one where it is absent. */
  readonly replicas?: () => number;
  readonly clock: Clock;
};

/** The Home tabs of the people who have opened theirs since the start. */
export type HomeTab = {
  /** Publishes the tab of a person who looks at it. Never rejects. */
  show(person: Person, workspace: Workspace): Promise<void>;
  /** The person has theirs before them: from now on it is kept up to date. */
  seen(person: Person, workspace: Workspace): void;
  /**
   * Something of this person changed: a tab that was shown is published anew. `orElse` follows where there is none, or
   * where Slack does not take it: somebody waits for what the tab would tell.
   */
  refresh(person: Person, orElse?: () => void): void;
  /** Publishes nothing more; resolves when what is under way has ended. */
  stop(): Promise<void>;
};

const maxRemembered = 10_000;
/** Changes that come together make one publication. */
const settleMs = 300;

/** Creates the Home tabs. */
export function createHomeTab(deps: HomeTabDeps): HomeTab {
  const { clock } = deps;
  const publisher = createHomePublisher({ ...deps, content: createHomeContent(deps) });
  const shown = createLru<Workspace>(maxRemembered);
  const planned = new Map<string, () => void>();
  /** Publications that have not begun: one of them serves all requests for the same person. */
  const pending = new Map<string, Promise<void>>();
  const turns = createKeyedQueue();
  const publishing = createInFlight();
  let stopped = false;
  return { show, seen, refresh, stop };

  async function show(person: Person, workspace: Workspace): Promise<void> {
    const key = personKey(person);
    if (stopped) {
      return;
    }
    shown.set(key, workspace);
    const published = pending.get(key) ?? begin(person, workspace);
    await published;
  }

  /** One after the other, so that what was read first never takes the place of what was read later. */
  function begin(person: Person, workspace: Workspace): Promise<void> {
    const key = personKey(person);
    const published = turns.run(key, async () => {
      pending.delete(key);
      const againInMs = await publisher.publish(person, workspace);
      if (againInMs !== undefined) {
        plan(person, againInMs);
      }
    });
    pending.set(key, published);
    publishing.add(published);
    return published;
  }

  function seen(person: Person, workspace: Workspace): void {
    shown.set(personKey(person), workspace);
  }

  function refresh(person: Person, orElse?: () => void): void {
    if (orElse) {
      publisher.owe(person, orElse);
    }
    if (!stopped && shown.has(personKey(person))) {
      plan(person, settleMs);
    } else {
      publisher.payOwed(person);
    }
  }

  function plan(person: Person, inMs: number): void {
    const key = personKey(person);
    if (stopped || planned.has(key)) {
      return;
    }
    const cancel = clock.schedule(inMs, () => {
      planned.delete(key);
      const workspace = shown.get(key);
      if (workspace) {
        void show(person, workspace);
      }
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
    publisher.payAllOwed();
  }
}
