import type { PortalFailure } from '../domain/failure.ts';
import { type Credential, hasSameToken, type Identity, type OAuthCredential } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { IdentityStore, Lock, PortalMoves, PortalRules, TokenExchange } from './ports.ts';

/** The dependencies of refreshing. */
export type RefreshingDeps = {
  readonly identities: IdentityStore;
  readonly lock: Lock<Person>;
  /** `undefined` where the application's own credentials are not set. */
  readonly tokens: Pick<TokenExchange, 'refresh'> | undefined;
  readonly portals: PortalRules;
  readonly moves: Pick<PortalMoves, 'note'>;
  /** After the token server gave no answer, how long nobody asks it again: each would wait for it under a lock. */
  readonly pauseMs: number;
  readonly clock: { monotonic(): number };
  readonly log: Log;
};

/** Renews what has expired, and only then. Both reject when the storage fails. */
export type Refreshing = {
  /**
   * The identity of `person` with a fresh token. It may be another one than `expired` when they have linked again
   * meanwhile or their portal has moved, and `undefined` when they have unlinked. `authorisation-unavailable`: try again
   * later; any other failure means that they must link again.
   */
  refresh(person: Person, expired: Identity): Promise<Result<Identity | undefined, PortalFailure>>;
  /** Makes a call as `identity`; when its token has expired or its portal has moved, once more after a refresh. */
  actAs<Value>(
    person: Person,
    identity: Identity,
    call: (credential: Credential) => Promise<Result<Value, PortalFailure>>,
  ): Promise<Result<Value, PortalFailure>>;
};

type OAuthIdentity = Identity & { readonly credential: OAuthCredential };

/** Creates the renewal. One at a time per person, also across replicas: a refresh token is good for one refresh. */
export function createRefreshing(deps: RefreshingDeps): Refreshing {
  const { identities, lock, tokens, portals, moves, pauseMs, clock, log } = deps;
  /** What was renewed and could not be stored: its predecessor is used up, so it is all there is. */
  const unsaved = new Map<string, OAuthIdentity>();
  let askAgainAt = 0;

  return {
    refresh,
    async actAs(person, identity, call) {
      const result = await call(identity.credential);
      if (result.ok || !isRenewable(result.failure, identity.credential)) {
        return result;
      }
      const renewed = await refresh(person, identity);
      if (!renewed.ok) {
        return renewed;
      }
      return renewed.value?.id === identity.id ? call(renewed.value.credential) : result;
    },
  };

  async function refresh(person: Person, expired: Identity): Promise<Result<Identity | undefined, PortalFailure>> {
    if (expired.credential.kind !== 'oauth') {
      return failed({ kind: 'token-expired' });
    }
    return lock.run(person, async () => {
      const current = await identities.find(person);
      const renewed = unsaved.get(personKey(person));
      unsaved.delete(personKey(person));
      // Whoever held the lock before may have renewed it.
      if (!current || !isOAuth(current) || !hasSameToken(current, expired)) {
        return success(current);
      }
      return renewed?.id === current.id ? success(await store(person, current, renewed)) : renew(person, current);
    });
  }

  async function renew(person: Person, current: OAuthIdentity): Promise<Result<Identity, PortalFailure>> {
    if (!tokens) {
      return failed({ kind: 'token-expired' });
    }
    if (clock.monotonic() < askAgainAt) {
      return failed({ kind: 'authorisation-unavailable' });
    }
    const fresh = await tokens.refresh(current.credential);
    if (!fresh.ok) {
      if (fresh.failure.kind === 'authorisation-unavailable') {
        askAgainAt = clock.monotonic() + pauseMs;
      }
      return fresh;
    }
    const to = fresh.value.portal;
    // Where the new address is not allowed, the old one is what there is: it says itself that it has moved.
    const portal = portals.allows(to) ? to : current.account.portal;
    const account = { ...current.account, portal };
    return success(await store(person, current, { ...current, account, credential: { ...fresh.value, portal } }));
  }

  /** The token server knows a portal by an id that stays: at another address it is the same, with the same people. */
  async function store(person: Person, { account: { portal } }: Identity, renewed: OAuthIdentity): Promise<Identity> {
    unsaved.set(personKey(person), renewed);
    if (renewed.account.portal !== portal) {
      await moves.note(person.tenant, portal, renewed.account.portal);
    }
    await identities.save(person, renewed);
    unsaved.delete(personKey(person));
    log.info({ person: personKey(person), portal: renewed.account.portal }, 'token refreshed');
    return renewed;
  }
}

/** Whether a refresh can help: the token server also knows where a portal is that has moved. */
export function isRenewable(failure: PortalFailure, { kind }: Pick<Credential, 'kind'>): boolean {
  return failure.kind === 'token-expired' || (failure.kind === 'moved' && kind === 'oauth');
}

function isOAuth(identity: Identity): identity is OAuthIdentity {
  return identity.credential.kind === 'oauth';
}
