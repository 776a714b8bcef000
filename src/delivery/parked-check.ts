import { isSameAccount } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { FindIdentity, Lock } from '../linking/ports.ts';
import type { Outbox, Parked } from './ports.ts';

/** The dependencies of the check of parked deliveries. */
export type ParkedCheckDeps = {
  readonly outbox: Pick<Outbox, 'listParked' | 'relink' | 'cancelAll'>;
  readonly findIdentity: FindIdentity;
  readonly lock: Lock<Person>;
  readonly log: Log;
};

/**
 * Creates the check of everything that is parked: a link, or its end, that was stored just before the process died is
 * made known to the outbox. Without it those messages would wait for a link that is there already.
 */
export function createParkedCheck({ outbox, findIdentity, lock, log }: ParkedCheckDeps): () => Promise<void> {
  return async () => {
    const byPerson = Map.groupBy(await outbox.listParked(), ({ person }) => personKey(person));
    for (const parked of byPerson.values()) {
      const [first] = parked;
      if (first) {
        await checkQuietly(first.person, parked);
      }
    }
  };

  /** One person who cannot be read keeps nobody else from being looked at. */
  async function checkQuietly(person: Person, parked: readonly Parked[]): Promise<void> {
    try {
      await lock.run(person, () => check(person, parked));
    } catch (error) {
      log.error({ error, person: personKey(person) }, 'parked messages could not be checked; they are looked at again');
    }
  }

  async function check(person: Person, parked: readonly Parked[]): Promise<void> {
    const identity = await findIdentity(person);
    if (!identity) {
      await outbox.cancelAll(person, 'unlink');
    } else if (parked.some((one) => one.identityId !== identity.id || !isSameAccount(one.account, identity.account))) {
      await outbox.relink(person, identity.account);
    }
  }
}
