import { type PortalFailure, ruleOf } from '../domain/failure.ts';
import type { Identity, ReadAs } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import type { Result } from '../domain/result.ts';
import type { GrantedScopes } from '../linking/granted-scopes.ts';
import { isRenewable } from '../linking/refresh.ts';
import type { PortalAnswers } from './ports.ts';

/** What checking a link needs. */
export type LinkCheckDeps = {
  readonly portal: { check(asked: Pick<ReadAs, 'credential'>): Promise<PortalAnswers> };
  /** As the courier renews: the identity with a fresh token, or `undefined` when they have unlinked meanwhile. */
  readonly refreshIdentity: (person: Person, expired: Identity) => Promise<Result<Identity | undefined, PortalFailure>>;
  readonly noteScopes: GrantedScopes['note'];
  readonly log: Log;
};

/**
 * Asks the portal of a link whether messages could go out with it, and keeps what it grants; an expired token is renewed
 * once. Never rejects.
 */
export type CheckLink = (person: Person, identity: Identity) => Promise<PortalAnswers>;

/** How long a portal may take: the person is told meanwhile that it takes its time. */
export const linkCheckWithinMs = 10_000;

/** Creates the check. */
export function createLinkCheck({ portal, refreshIdentity, noteScopes, log }: LinkCheckDeps): CheckLink {
  return async (person, identity) => {
    const answers = await check(person, identity);
    if (answers.account.ok) {
      await noteScopes(person, identity, answers.account.value.scopes);
    }
    return answers;
  };

  async function check(person: Person, identity: Identity): Promise<PortalAnswers> {
    const answers = await portal.check({ credential: identity.credential });
    if (answers.account.ok || !isRenewable(answers.account.failure, identity.credential)) {
      return answers;
    }
    const renewed = await renew(person, identity);
    if (!renewed.ok) {
      return { ...answers, account: renewed, taskChat: renewed };
    }
    if (renewed.value?.id !== identity.id) {
      return answers;
    }
    return portal.check({ credential: renewed.value.credential });
  }

  async function renew(person: Person, identity: Identity): ReturnType<LinkCheckDeps['refreshIdentity']> {
    try {
      return await refreshIdentity(person, identity);
    } catch (error) {
      log.error({ error }, 'a token could not be renewed while a link was checked');
      return { ok: false, failure: { kind: 'authorisation-unavailable' } };
    }
  }
}

/**
 * Why messages cannot go out with a link; `undefined` where they can. Builds that do not have the method which is asked
 * for, or refuse it for a reason that is not the link's, are left to say so to each message.
 */
export function whyNotSent({ account, taskChat }: PortalAnswers): PortalFailure | undefined {
  if (!account.ok) {
    return account.failure;
  }
  const isOfTheLink = !taskChat.ok && !['final', 'administrator'].includes(ruleOf(taskChat.failure));
  return isOfTheLink ? taskChat.failure : undefined;
}
