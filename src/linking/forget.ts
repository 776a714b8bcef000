import { tenantOf } from '../domain/installation.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { Erased, IdentityStore, InstallationStore, LinkedPeople, Lock, PersonalData } from './ports.ts';

/** The dependencies of forgetting. */
export type ForgettingDeps = {
  readonly installations: InstallationStore;
  readonly identities: Pick<IdentityStore, 'remove'> & LinkedPeople;
  readonly data: Pick<PersonalData, 'eraseAll' | 'eraseTenant'>;
  readonly lock: Lock<Person>;
  readonly log: Log;
};

/** Deletes what is stored. Doing it twice does no harm. Rejects when the storage fails. */
export type Forgetting = {
  /** Every trace of a person, at once. */
  forgetPerson(person: Person): Promise<Erased>;
  /**
   * An installation, with everything of its people. People of an organisation belong to all of it: theirs goes with the
   * last installation in that organisation.
   */
  forgetInstallation(installation: { readonly id: string; readonly enterprise?: string }): Promise<Erased>;
};

/** Creates the use cases of forgetting. */
export function createForgetting({ installations, identities, data, lock, log }: ForgettingDeps): Forgetting {
  return {
    forgetPerson: (person) =>
      lock.run(person, async () => {
        const erased = await data.eraseAll(person);
        log.info({ person: personKey(person), ...erased }, 'forgot a person');
        return erased;
      }),
    async forgetInstallation(installation) {
      const { id } = installation;
      const tenant = tenantOf(installation);
      const isLast = !(await othersOf(tenant, id));
      const own = await eraseTenant(id);
      const shared = isLast && tenant !== id ? await eraseTenant(tenant) : { records: 0, deliveries: 0 };
      const erased = {
        records: own.records + shared.records,
        deliveries: own.deliveries + shared.deliveries,
      };
      log.info({ installation: id, ...erased }, 'forgot an installation');
      return erased;
    },
  };

  /**
   * Identities go first, each under its lock: a token that is renewed meanwhile would be stored again after the rest.
   * And last: somebody may have been linking while the rest was deleted.
   */
  async function eraseTenant(tenant: string): Promise<Erased> {
    const before = await unlinkAll(tenant);
    const { records, deliveries } = await data.eraseTenant(tenant);
    return { records: before + records + (await unlinkAll(tenant)), deliveries };
  }

  async function unlinkAll(tenant: string): Promise<number> {
    let unlinked = 0;
    for (const person of (await identities.list()).filter((each) => each.tenant === tenant)) {
      if (await lock.run(person, () => identities.remove(person))) {
        unlinked += 1;
      }
    }
    return unlinked;
  }

  async function othersOf(tenant: string, id: string): Promise<boolean> {
    for (const other of (await installations.ids()).filter((each) => each !== id)) {
      const found = await installations.find(other);
      if (found && tenantOf(found) === tenant) {
        return true;
      }
    }
    return false;
  }
}
