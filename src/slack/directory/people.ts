import { createCache } from '../../domain/cache.ts';
import { type Clock, within } from '../../domain/clock.ts';
import type { Locale } from '../../domain/locale.ts';
import type { Log } from '../../domain/log.ts';
import type { Person } from '../../domain/person.ts';
import type { Preferences } from '../../linking/ports.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { createLimiter } from '../web-api/limiter.ts';
import { isAppRefusal, reasonOf } from '../web-api/slack-fault.ts';
import { askSlackUser, type SlackUser } from './slack-user.ts';

/** What Slack knows about users; asked once an hour for each. */
export type People = {
  /**
   * Somebody who is only mentioned, so that nothing depends on it: Slack is asked while `mayAsk` says so, on a turn of
   * its own. `undefined` when Slack does not tell. Never rejects.
   */
  findMentioned(workspace: Workspace, user: string, mayAsk: () => boolean): Promise<SlackUser | undefined>;
  /** Somebody who acts, asked anew whatever is remembered. */
  findAgain(workspace: Workspace, user: string): Promise<SlackUser | undefined>;
  /** The same, or `undefined` when Slack does not tell in time for somebody who waits. */
  findSoon(workspace: Workspace, user: string): Promise<SlackUser | undefined>;
  /** Whether Slack refused the app itself when it was asked last about somebody there. */
  isAppRefusedIn(workspace: Workspace): boolean;
  /**
   * The language to answer a person in: the one they chose, else the service's, else the one that their browser asked
   * for when they connected, else that of their Slack, else English. Slack has had no Russian since June 2023, so its
   * locale alone reaches nobody in Russian. Never rejects.
   */
  localeFor(workspace: Workspace, person: Person): Promise<Locale>;
};

const keepMs = 60 * 60_000;
/** How long a failed lookup is kept: short, because a person who acts is denied while it lasts. */
const keepFailedMs = 5_000;
const keepRefusedMs = 60_000;
const capacity = 10_000;
const atOnce = 8;
const soonMs = 500;

/** The dependencies of the directory of users. */
export type PeopleDeps = {
  readonly clients: Clients;
  /** Without it no language of anybody is known. */
  readonly preferences?: Preferences | undefined;
  /** The language of the service, for people who have chosen none. */
  readonly language?: Locale | undefined;
  readonly clock: Clock;
  readonly log: Log;
};

/** Creates the directory of users over `users.info` (scope users:read). */
export function createPeople({ clients, preferences, language, clock, log }: PeopleDeps): People {
  const users = createCache<SlackUser | undefined>({
    capacity,
    keepMs: (user) => (user ? keepMs : keepFailedMs),
    now: () => clock.now(),
  });
  const [acting, mentioned] = [createLimiter(atOnce), createLimiter(atOnce)];
  const refusedIn = createCache<true>({ capacity, keepMs: () => keepRefusedMs, now: () => clock.now() });
  const isAppRefusedIn = ({ team }: Workspace) => refusedIn.peek(team) === true;
  return { findMentioned, findAgain, findSoon, isAppRefusedIn, localeFor };

  function find(workspace: Workspace, user: string, turn = acting): Promise<SlackUser | undefined> {
    return users.find(keyOf(workspace, user), () => turn(() => load(workspace, user)));
  }

  async function findMentioned(workspace: Workspace, user: string, mayAsk: () => boolean) {
    return users.peek(keyOf(workspace, user)) ?? (mayAsk() ? find(workspace, user, mentioned) : undefined);
  }

  function findAgain(workspace: Workspace, user: string): Promise<SlackUser | undefined> {
    users.forget(keyOf(workspace, user));
    return find(workspace, user);
  }

  async function load(workspace: Workspace, user: string): Promise<SlackUser | undefined> {
    try {
      const client = await clients.prompt(workspace);
      const found = await askSlackUser(client, workspace, user);
      refusedIn.forget(workspace.team);
      return found;
    } catch (error) {
      if (isAppRefusal(error)) {
        refusedIn.put(workspace.team, true);
      }
      log.warn({ user, reason: reasonOf(error) }, 'Slack does not tell about a user');
      return undefined;
    }
  }

  async function localeFor(workspace: Workspace, person: Person): Promise<Locale> {
    const ofSlack = language === undefined ? findSoon(workspace, person.user) : undefined;
    const stored = await within(clock, soonMs, storedFor(person), () => undefined);
    return stored ?? language ?? (await ofSlack)?.locale ?? 'en';
  }

  /** A guess counts only where the service has no language of its own. */
  async function storedFor(person: Person): Promise<Locale | undefined> {
    try {
      const [chosen, guessed] = await Promise.all([
        preferences?.language.of(person),
        language === undefined ? preferences?.guessedLanguage.of(person) : undefined,
      ]);
      return chosen ?? guessed;
    } catch (error) {
      log.warn({ error }, 'the language of a person could not be read');
      return undefined;
    }
  }

  async function findSoon(workspace: Workspace, user: string): Promise<SlackUser | undefined> {
    const known = users.peek(keyOf(workspace, user));
    if (known) {
      return known;
    }
    return within(clock, soonMs, find(workspace, user), () => undefined);
  }
}

function keyOf({ team }: Workspace, user: string): string {
  return `${team} ${user}`;
}
