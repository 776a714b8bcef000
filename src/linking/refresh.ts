import type { PortalFailure } from '../domain/failure.ts';
import { type Credential, hasSameToken, type Identity, type OAuthCredential } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { IdentityStore, Lock, TokenExchange } from './ports.ts';

/** The dependencies of refreshing. */
export type RefreshingDeps = {
  readonly identities: IdentityStore;
  readonly lock: Lock<Person>;
  /** `undefined` where the application's own credentials are not set. */
  readonly tokens: Pick<TokenExchange, 'refresh'> | undefined;
  /** After the token server gave no answer, how long nobody asks it again: each would wait for it under a lock. */
  readonly pauseMs: number;
  readonly clock: { monotonic(): number };
  readonly log: Log;
};

/** Renews what has expired, and only then. Both reject when the storage fails. */
export type Refreshing = {
  /**
   * The identity of `person` with a fresh token. It may be another one than `expired` when they have linked again
   * meanwhile, and `undefined` when they have unlinked. `authorisation-unavailable`: try again later; any other failure
   * means that they must link again.
   */
  refresh(person: Person, expired: Identity): Promise<Result<Identity | undefined, PortalFailure>>;
  /** Makes a call as `identity`; when its token has expired, once more with a fresh one. */
  actAs<Value>(
    person: Person,
    identity: Identity,
    call: (credential: Credential) => Promise<Result<Value, PortalFailure>>,
  ): Promise<Result<Value, PortalFailure>>;
};

type OAuthIdentity = Identity & { readonly credential: OAuthCredential };

/** Creates the renewal. One at a time per person, also across replicas: a refresh token is good for one refresh. */
export function createRefreshing({ identities, lock, tokens, pauseMs, clock, log }: RefreshingDeps): Refreshing {
  /** What was renewed and could not be stored: its predecessor is used up, so it is all there is. */
  const unsaved = new Map<string, OAuthIdentity>();
  let askAgainAt = 0;

  return {
    refresh,
    async actAs(person, identity, call) {
      const result = await call(identity.credential);
      if (result.ok || result.failure.kind !== 'token-expired') {
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
      return renewed?.id === current.id ? success(await store(person, renewed)) : renew(person, current);
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
    return success(await store(person, { ...current, credential: fresh.value }));
  }

  async function store(person: Person, renewed: OAuthIdentity): Promise<Identity> {
    unsaved.set(personKey(person), renewed);
    await identities.save(person, renewed);
    unsaved.delete(personKey(person));
    log.info({ person: personKey(person), portal: renewed.account.portal }, 'token refreshed');
    return renewed;
  }
}

function isOAuth(identity: Identity): identity is OAuthIdentity {
  return identity.credential.kind === 'oauth';
}
