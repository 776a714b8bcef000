import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { UserStatus } from './access-rules.ts';
import type { LinkedPeople } from './ports.ts';

/** Slack's answer about a person: their status, that it is unknown, or to ask again later. */
export type UserStatusAnswer =
  | { readonly kind: 'known'; readonly userStatus: UserStatus }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'later'; readonly inMs: number };

/** The dependencies of the daily check. */
export type DailyCheckDeps = {
  readonly people: LinkedPeople;
  /** Who chose a language, connected or not. */
  readonly choosers: () => Promise<readonly Person[]>;
  readonly ask: (person: Person) => Promise<UserStatusAnswer>;
  /** Ends the connection of somebody who has left. */
  readonly endLeft: (person: Person) => Promise<unknown>;
  /** Asks the portal of somebody who stays what they may do there. */
  readonly learnScopes: (person: Person) => Promise<void>;
  /** Ends what was installed and is not any more, where the news of it was missed. */
  readonly endDead: () => Promise<void>;
  /** True for one process a day. */
  readonly claim: () => Promise<boolean>;
  /** Calls `wake` once after `delayMs`; the returned function calls that off. */
  readonly schedule: (delayMs: number, wake: () => void) => () => void;
  readonly log: Log;
};

/**
 * Looks once a day for people and workspaces that have left Slack, and deletes what belongs to them; and asks what those
 * who stay may do on their portals.
 */
export type DailyCheck = {
  start(): void;
  /** Resolves when no check is going on. */
  stop(): Promise<void>;
};

const lookEveryMs = 60 * 60_000;

/** Slack answers about some 100 users a minute (`users.info`, tier 4); people who wait for answers come first. */
const betweenPeopleMs = 1_500;
const maxTries = 5;

/** Creates the check. All processes look every hour whether somebody has done it today. */
export function createDailyCheck(deps: DailyCheckDeps): DailyCheck {
  const { people, choosers, ask, endLeft, learnScopes, endDead, claim, schedule, log } = deps;
  let running = false;
  let cancel = () => {};
  let wakeUp = () => {};
  let going: Promise<void> = Promise.resolve();

  return {
    start() {
      running = true;
      plan();
    },
    async stop() {
      running = false;
      cancel();
      wakeUp();
      await going;
    },
  };

  function plan(): void {
    cancel = schedule(lookEveryMs, () => {
      going = check().finally(() => {
        if (running) {
          plan();
        }
      });
    });
  }

  async function check(): Promise<void> {
    try {
      if (!(await claim())) {
        return;
      }
      await endDead();
      const known = [...(await people.list()), ...(await choosers())];
      const each = new Map(known.map((person) => [personKey(person), person]));
      let left = 0;
      for (const person of each.values()) {
        if (!running) {
          return;
        }
        if (await hasLeft(person)) {
          await endLeft(person);
          left += 1;
          log.info({ person: personKey(person) }, 'somebody who left Slack was unlinked');
        } else {
          await learnScopes(person);
        }
        await pause(betweenPeopleMs);
      }
      log.info({ people: each.size, left }, 'looked for people who left Slack');
    } catch (error) {
      log.error({ error }, 'the daily check failed; it is done again tomorrow');
    }
  }

  /** Only a clear word counts: somebody about whom Slack says nothing stays. */
  async function hasLeft(person: Person): Promise<boolean> {
    for (let tries = 0; running && tries < maxTries; tries += 1) {
      const answer = await ask(person);
      if (answer.kind !== 'later') {
        return answer.kind === 'known' && answer.userStatus.deactivated;
      }
      await pause(answer.inMs);
    }
    return false;
  }

  async function pause(delayMs: number): Promise<void> {
    if (!running) {
      return;
    }
    await new Promise<void>((resolve) => {
      const stopWaiting = schedule(delayMs, resolve);
      wakeUp = () => {
        stopWaiting();
        resolve();
      };
    });
  }
}
