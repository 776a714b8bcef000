import type { Account, Identity } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import { hasSameHost, type PortalOrigin } from '../domain/portal.ts';
import type { AccountProbe, MovableDeliveries, PortalMoves, WaitingDeliveries } from './ports.ts';

/** The dependencies of moving. */
export type MovingDeps = {
  readonly moves: PortalMoves;
  readonly deliveries: MovableDeliveries;
  readonly probe: Pick<AccountProbe, 'probe'>;
  readonly log: Log;
};

/**
 * Portals that have another address now: the same portal with the same people and tasks. A redirect alone moves
 * nobody's credential and no message. It takes the person's own new link, as the same Bitrix24 user, and either the
 * word of the old address that it is at the new one, or the token server's that it is the same portal (`member_id`).
 * What one person has shown holds for their whole organisation or workspace; the others' messages still wait for their
 * own links. Rejects when the storage fails.
 */
export type Moving = {
  /** Notes that the portal has moved, where the link that the person had and the new one show it. */
  learn(person: Person, previous: Identity | undefined, next: Identity): Promise<void>;
  /** Whether messages bound to `from` may go to `to`: its new address, or the same host over https. */
  leads: LeadsTo;
  /** Whether an address that a person names, or that is remembered for a place, is that of the portal at `to`. */
  names: LeadsTo;
  /**
   * The deliveries as linking changes them: what the person said at earlier addresses of the account goes along first.
   * The caller holds the person's lock.
   */
  readonly waiting: WaitingDeliveries;
  /** Has what the person said at earlier addresses of the account go along. The caller holds the person's lock. */
  follow(person: Person, account: Account): Promise<void>;
};

/** Whether what is known by the address `from` is at `to`, for an organisation or workspace. */
export type LeadsTo = (tenant: string, from: PortalOrigin, to: PortalOrigin) => Promise<boolean>;

/** Creates the moving of what belongs to portals that have moved. */
export function createMoving({ moves, deliveries, probe, log }: MovingDeps): Moving {
  return {
    async learn({ tenant, ...person }, previous, next) {
      const to = next.account.portal;
      await moves.forget(tenant, to);
      if (!previous || previous.account.userId !== next.account.userId || previous.account.portal === to) {
        return;
      }
      const from = previous.account.portal;
      if (!(await leads(tenant, from, to)) && (await isShown(previous, next))) {
        await moves.note(tenant, from, to);
        log.info({ person: personKey({ tenant, ...person }), from, to }, 'a portal has moved');
      }
    },
    leads,
    async names(tenant, from, to) {
      return hasSameHost(from, to) || (await leads(tenant, from, to)) || moves.redirects(from, to);
    },
    waiting: {
      async relink(person, account) {
        await follow(person, account);
        return deliveries.relink(person, account);
      },
      cancelAll: (person, by) => deliveries.cancelAll(person, by),
    },
    follow,
  };

  async function leads(tenant: string, from: PortalOrigin, to: PortalOrigin): Promise<boolean> {
    return from === to || isOverHttps(from, to) || moves.leads(tenant, from, to);
  }

  /** The old address is asked with the credential that it gave; where it leads is not followed. */
  async function isShown({ account: { portal: from }, credential }: Identity, next: Identity): Promise<boolean> {
    const to = next.account.portal;
    if (credential.kind === 'oauth' && next.credential.kind === 'oauth') {
      return credential.memberId === next.credential.memberId;
    }
    if (await moves.redirects(from, to)) {
      return true;
    }
    const asked = await probe.probe(credential);
    return !asked.ok && 'to' in asked.failure && asked.failure.to === to;
  }

  async function follow(person: Person, account: Account): Promise<void> {
    for (const from of await deliveries.earlierPortals(person, account)) {
      if (await leads(person.tenant, from, account.portal)) {
        const moved = await deliveries.move(person, from, account);
        log.info({ person: personKey(person), from, to: account.portal, moved }, 'messages went along with a portal');
      }
    }
  }
}

function isOverHttps(from: PortalOrigin, to: PortalOrigin): boolean {
  return to.startsWith('https:') && hasSameHost(from, to);
}
