import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import { createLru } from '../../domain/lru.ts';
import { type Person, personKey } from '../../domain/person.ts';
import { createBudget } from '../web-api/budget.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { reasonOf, waitOf } from '../web-api/slack-fault.ts';
import type { HomeContent } from './home-content.ts';

/** What publishing the Home tab needs. */
export type HomePublisherDeps = {
  readonly clients: Clients;
  readonly content: HomeContent;
  readonly replicas?: () => number;
  readonly clock: Clock;
  readonly log: Log;
};

/** Hands Home tabs over to Slack. */
export type HomePublisher = {
  /** Gives in how many ms to try again, where Slack did not take it or it was one too many. Never rejects. */
  publish(person: Person, workspace: Workspace): Promise<number | undefined>;
  /** What follows where the next publications of this person come to nothing. */
  owe(person: Person, payment: () => void): void;
  /** Nothing is going to be published: what is owed to the person follows at once. */
  payOwed(person: Person): void;
  /** The same for everybody. */
  payAllOwed(): void;
};

/** Waits before Slack is asked once more to take a tab. */
const againMs = [1_000, 3_000, 10_000];

/** A person who waits for the tab is told otherwise where Slack wants to be left alone for longer. */
const longMs = 10_000;

/**
 * A tab is nice to have: people and workspaces publish so often. Source: docs.slack.dev: over 100 a minute (tier 4).
 */
const ofPerson = { burst: 10, perMinute: 20 };
const ofWorkspace = { burst: 40, perMinute: 40 };
const noRoomMs = 3_000;

const maxPeople = 10_000;

/** Creates the publisher over `views.publish`, which needs no scope. */
export function createHomePublisher({ clients, content, replicas, clock, log }: HomePublisherDeps): HomePublisher {
  const owed = createLru<readonly (() => void)[]>(maxPeople);
  const failures = createLru<number>(maxPeople);
  const persons = createBudget(ofPerson, () => clock.monotonic());
  const workspaces = createBudget(ofWorkspace, () => clock.monotonic(), replicas);

  return {
    async publish(person, workspace) {
      const key = personKey(person);
      const due = owed.get(key) ?? [];
      if (!persons.draw(key) || !workspaces.draw(workspace.team)) {
        return noRoomMs;
      }
      try {
        const client = await clients.prompt(workspace);
        await client.views.publish({ user_id: person.user, view: await content(person, workspace) });
        failures.delete(key);
        settle(key, due);
        return undefined;
      } catch (error) {
        log.warn({ person: key, reason: reasonOf(error) }, 'a Home tab could not be published');
        return afterFailure(person, waitOf(error));
      }
    },
    owe(person, payment) {
      const key = personKey(person);
      owed.set(key, [...(owed.get(key) ?? []), payment]);
    },
    payOwed: (person) => pay(personKey(person)),
    payAllOwed() {
      for (const key of [...owed.keys()]) {
        pay(key);
      }
    },
  };

  function afterFailure(person: Person, askedMs: number): number | undefined {
    const key = personKey(person);
    const tries = failures.get(key) ?? 0;
    const stepMs = againMs[tries];
    if (stepMs === undefined || askedMs > longMs) {
      pay(key);
    }
    if (stepMs === undefined) {
      failures.delete(key);
      return undefined;
    }
    failures.set(key, tries + 1);
    return Math.max(stepMs, askedMs);
  }

  /** A tab tells what had happened before it was read; what came after that is told by the next one. */
  function settle(key: string, due: readonly (() => void)[]): void {
    const left = (owed.get(key) ?? []).filter((payment) => !due.includes(payment));
    if (left.length > 0) {
      owed.set(key, left);
    } else {
      owed.delete(key);
    }
  }

  function pay(key: string): void {
    const payments = owed.get(key) ?? [];
    owed.delete(key);
    for (const payment of payments) {
      payment();
    }
  }
}
