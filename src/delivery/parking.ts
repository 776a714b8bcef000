import type { Clock } from '../domain/clock.ts';
import { meetsEveryone, type PortalFailure } from '../domain/failure.ts';
import { type Identity, isSameAccount } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import type { FindIdentity, Lock } from '../linking/ports.ts';
import { type CheckLink, whyNotSent } from './link-check.ts';
import { createLookTurns } from './look-turns.ts';
import type { Outbox, Parked } from './ports.ts';

/** What looking after parked deliveries needs. */
export type ParkingDeps = {
  readonly outbox: Pick<Outbox, 'listParked' | 'relink' | 'cancelAll'>;
  readonly findIdentity: FindIdentity;
  readonly checkLink: CheckLink;
  readonly lock: Lock<Person>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
};

/** What a look at a link led to. `works`: what waited for it goes on now. `not`: why nothing can go out with it. */
type LinkLook =
  | { readonly kind: 'works'; readonly released: number }
  | { readonly kind: 'not'; readonly portal: PortalOrigin; readonly failure: PortalFailure }
  | { readonly kind: 'not-linked' };

/**
 * What waits for a link, and how it comes to go on: by a new link, or by any proof that the link works after all, such
 * as a call that went well, an examination, or a look. What this process knows to be parked is remembered in memory, so
 * that calls that go well cost nothing for everybody else.
 */
export type Parking = {
  /** Looks whether messages can go out with the person's link, and lets go on what waits for it. May reject. */
  look(person: Person): Promise<LinkLook>;
  /** The link of `identity` was seen to work: how many deliveries go on. Rejects when the storage fails. */
  release(person: Person, identity: Identity): Promise<number>;
  /** Something of this person's was parked just now. */
  noteParked(person: Person): void;
  /**
   * A call with this person's link went well: what is parked is looked at, at once and in the background, but only once
   * in five minutes, so that a link which answers and does not send parks nothing again and again.
   */
  noteSuccess(person: Person): void;
  /**
   * Makes known to the outbox what a process that died has stored about links, and has not told. Rejects when the
   * storage cannot be read.
   */
  catchUp(): Promise<void>;
  /** The periodic round over everything that is parked: catches up, and looks. Rejects like `catchUp`. */
  round(): Promise<void>;
};

/** Creates the parking. */
export function createParking(deps: ParkingDeps): Parking {
  const { outbox, clock } = deps;
  const turns = createLookTurns(clock);
  const looking = new Map<string, Promise<LinkLook>>();

  return {
    look,
    release: (person, identity) => release(deps, person, identity),
    noteParked: (person) => turns.note(personKey(person)),
    noteSuccess(person) {
      if (turns.hurry(personKey(person))) {
        void lookQuietly(person);
      }
    },
    catchUp: async () => void (await compareAll()),
    round: async () => lookWhereDue(await compareAll()),
  };

  /** One of each person whose link is still the one that was refused. */
  async function compareAll(): Promise<readonly Parked[]> {
    const byPerson = Map.groupBy(await outbox.listParked(), ({ person }) => personKey(person));
    turns.keepOnly(byPerson);
    const sameLinks: Parked[] = [];
    for (const [first, ...others] of byPerson.values()) {
      if (first && (await isSameLinkStill(deps, first.person, [first, ...others]))) {
        sameLinks.push(first);
      }
    }
    return sameLinks;
  }

  /** Several who want to know at the same time share one look. */
  function look(person: Person): Promise<LinkLook> {
    const key = personKey(person);
    const looked = looking.get(key) ?? lookOnce(deps, person).finally(() => looking.delete(key));
    looking.set(key, looked);
    return looked;
  }

  async function lookQuietly(person: Person): Promise<LinkLook | undefined> {
    try {
      return await look(person);
    } catch (error) {
      deps.log.error({ error, person: personKey(person) }, 'a link could not be looked at; it is looked at again');
      return undefined;
    }
  }

  /** What says something of a whole portal is not asked again for everybody else there. */
  async function lookWhereDue(parked: readonly Parked[]): Promise<void> {
    const silent = new Set<PortalOrigin>();
    for (const { person, account } of parked) {
      if (!silent.has(account.portal) && turns.take(personKey(person))) {
        const looked = await lookQuietly(person);
        if (looked?.kind === 'not' && meetsEveryone(looked.failure)) {
          silent.add(account.portal);
        }
      }
    }
  }
}

async function lookOnce(deps: ParkingDeps, person: Person): Promise<LinkLook> {
  const identity = await deps.findIdentity(person);
  if (!identity) {
    return { kind: 'not-linked' };
  }
  const failure = whyNotSent(await deps.checkLink(person, identity));
  if (failure) {
    return { kind: 'not', portal: identity.account.portal, failure };
  }
  return { kind: 'works', released: await release(deps, person, identity) };
}

/** The lock keeps the link from changing between the proof and what it leads to. */
function release(
  { outbox, findIdentity, lock, log }: ParkingDeps,
  person: Person,
  identity: Identity,
): Promise<number> {
  return lock.run(person, async () => {
    const current = await findIdentity(person);
    if (current?.id !== identity.id) {
      return 0;
    }
    const { resumed } = await outbox.relink(person, current.account);
    if (resumed > 0) {
      log.info({ person: personKey(person), resumed }, 'the link works again; what was parked goes on');
    }
    return resumed;
  });
}

/**
 * A link, or its end, that was stored just before a process died is made known to the outbox: without it those messages
 * would wait for a link that is there already. One person who cannot be read keeps nobody else from being looked at.
 */
async function isSameLinkStill(deps: ParkingDeps, person: Person, parked: readonly Parked[]): Promise<boolean> {
  const { lock, log } = deps;
  try {
    return await lock.run(person, () => compareLinks(deps, person, parked));
  } catch (error) {
    log.error({ error, person: personKey(person) }, 'parked messages could not be checked; they are looked at again');
    return false;
  }
}

async function compareLinks(
  { outbox, findIdentity }: ParkingDeps,
  person: Person,
  parked: readonly Parked[],
): Promise<boolean> {
  const identity = await findIdentity(person);
  if (!identity) {
    await outbox.cancelAll(person, 'unlink');
    return false;
  }
  if (parked.some((one) => one.identityId !== identity.id || !isSameAccount(one.account, identity.account))) {
    await outbox.relink(person, identity.account);
    return false;
  }
  return true;
}
