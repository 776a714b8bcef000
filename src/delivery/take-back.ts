import { type Delivery, partsThere } from '../domain/delivery.ts';
import { type PortalFailure, ruleOf } from '../domain/failure.ts';
import { type Identity, isSameAccount, seesChats } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import type { GrantedScopes } from '../linking/granted-scopes.ts';
import type { FindIdentity } from '../linking/ports.ts';
import type { Refreshing } from '../linking/refresh.ts';
import type { FindMessages } from './find-messages.ts';
import type { ChatRemover, Outbox } from './ports.ts';

/** The dependencies of taking back. */
export type TakingBackDeps = {
  readonly outbox: Pick<Outbox, 'find' | 'noteTakenBack'>;
  readonly findIdentity: FindIdentity;
  readonly actAs: Refreshing['actAs'];
  readonly findMessages: FindMessages;
  readonly remover: ChatRemover;
  /** A permission that was thought to be there is missing: the portal is asked anew. Never rejects. */
  readonly learnScopes: GrantedScopes['learn'];
  readonly log: Log;
};

/**
 * What came of taking back. `nothing`: it was not delivered, or is not this person's. `partly`: the rest is
 * not found, or the portal refuses it. `not-allowed`: the portal refuses, or it is not there any more. `not-found`: the app
 * cannot tell which message it is. `other-account`: it was written as another Bitrix24 user, or they have unlinked.
 * `not-certain`: the portal gave no answer.
 */
export type TakenBack =
  | { readonly kind: 'taken-back'; readonly delivery: Delivery }
  | { readonly kind: 'partly'; readonly delivery: Delivery; readonly removed: number; readonly parts: number }
  | { readonly kind: 'not-allowed' | 'not-found' | 'other-account' | 'not-certain'; readonly delivery: Delivery }
  | { readonly kind: 'failed'; readonly delivery: Delivery; readonly failure: PortalFailure }
  | { readonly kind: 'nothing' };

/** Takes back what was delivered. */
export type TakingBack = {
  /** Whether its author, linked so, could take it back now, as far as that is known without asking the portal. */
  isOffered(delivery: Delivery, identity: Identity | undefined): boolean;
  /** Deletes the messages of a delivery from the chat of its task, as their author. Rejects when the storage fails. */
  takeBack(person: Person, id: string): Promise<TakenBack>;
};

/** How long a portal may take for each message. */
const withinMs = 5_000;

/** Creates the use case. */
export function createTakingBack(deps: TakingBackDeps): TakingBack {
  const { outbox, findIdentity, actAs, remover, log } = deps;
  return {
    isOffered: (delivery, identity) =>
      delivery.outcome?.kind === 'delivered' &&
      partsThere(delivery) > 0 &&
      isAuthor(delivery, identity) &&
      seesChats(identity) === true,
    async takeBack(person, id) {
      const delivery = await outbox.find(person, id);
      if (delivery?.outcome?.kind !== 'delivered') {
        return { kind: 'nothing' };
      }
      if (delivery.outcome.takenBack) {
        return { kind: 'taken-back', delivery };
      }
      const identity = await findIdentity(person);
      if (!isAuthor(delivery, identity)) {
        return { kind: 'other-account', delivery };
      }
      const found = await deps.findMessages(delivery, identity);
      return found.ok ? removeAll(delivery, identity, found.value) : whyNot(delivery, found.failure);
    },
  };

  /** The last part first: what is left after a refusal is the beginning, and not a middle without one. */
  async function removeAll(delivery: Delivery, identity: Identity, messages: readonly string[]): Promise<TakenBack> {
    let removed = 0;
    for (const messageId of messages.toReversed()) {
      const result = await actAs(delivery.person, identity, (credential) =>
        remover.remove({ credential, messageId, withinMs }),
      );
      if (!result.ok) {
        return whyNot(delivery, result.failure);
      }
      removed += result.value === 'removed' ? 1 : 0;
    }
    const parts = partsThere(delivery);
    if (removed < parts) {
      const kind = messages.length > 0 ? 'not-allowed' : 'not-found';
      return removed > 0 ? { kind: 'partly', delivery, removed, parts } : { kind, delivery };
    }
    await outbox.noteTakenBack(delivery.person, delivery.id);
    log.info({ delivery: delivery.id }, 'taken back by its author');
    return { kind: 'taken-back', delivery };
  }

  async function whyNot(delivery: Delivery, failure: PortalFailure): Promise<TakenBack> {
    if (failure.kind === 'missing-scope') {
      await deps.learnScopes(delivery.person);
    }
    log.warn({ delivery: delivery.id, failure: failure.kind }, 'a message was not taken back');
    return ruleOf(failure) === 'ambiguous' ? { kind: 'not-certain', delivery } : { kind: 'failed', delivery, failure };
  }
}

function isAuthor({ portal, bitrixUserId: userId }: Delivery, identity: Identity | undefined): identity is Identity {
  return identity !== undefined && isSameAccount({ portal, userId }, identity.account);
}
