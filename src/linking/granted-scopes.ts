import type { Identity } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { AccountProbe, IdentityStore, Lock } from './ports.ts';
import type { Refreshing } from './refresh.ts';

/** The dependencies of knowing what portals grant. */
export type GrantedScopesDeps = {
  readonly identities: Pick<IdentityStore, 'find' | 'save'>;
  readonly probe: Pick<AccountProbe, 'scopesOf'>;
  readonly actAs: Refreshing['actAs'];
  readonly lock: Lock<Person>;
  readonly log: Log;
};

/** Keeps up with what portals grant to people: they change it there, and nobody tells the app. Neither rejects. */
export type GrantedScopes = {
  /** The portal has just said what it grants to this identity. */
  note(person: Person, identity: Identity, scopes: readonly string[]): Promise<void>;
  /** Asks the portal of a person, where they are linked. */
  learn(person: Person): Promise<void>;
};

/** Creates the keeping up. */
export function createGrantedScopes({ identities, probe, actAs, lock, log }: GrantedScopesDeps): GrantedScopes {
  return {
    note: (person, identity, scopes) => orLog(() => note(person, identity, scopes)),
    learn: (person) =>
      orLog(async () => {
        const identity = await identities.find(person);
        if (!identity) {
          return;
        }
        const scopes = await actAs(person, identity, (credential) => probe.scopesOf(credential));
        if (scopes.ok) {
          await note(person, identity, scopes.value);
        }
      }),
  };

  /** Of the identity that is stored now: its token may have been renewed meanwhile. */
  async function note(person: Person, identity: Identity, scopes: readonly string[]): Promise<void> {
    if (isSame(identity.scopes, scopes)) {
      return;
    }
    await lock.run(person, async () => {
      const current = await identities.find(person);
      if (current?.id === identity.id && !isSame(current.scopes, scopes)) {
        await identities.save(person, { ...current, scopes });
        log.info({ person: personKey(person), scopes: scopes.length }, 'what a portal grants has changed');
      }
    });
  }

  async function orLog(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.error({ error }, 'what a portal grants could not be noted; it is asked again tomorrow');
    }
  }
}

function isSame(known: readonly string[] | undefined, scopes: readonly string[]): boolean {
  return known?.toSorted().join() === scopes.toSorted().join();
}
