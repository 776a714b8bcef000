import type { WebhookStore } from '../credentials.ts';
import type { TokenDesk } from '../oauth/tokens.ts';
import type { PortalState } from '../state.ts';
import { flat, type Refusal, v3 } from '../wire/answers.ts';
import type { RestAddress } from '../wire/rest-address.ts';
import type { Caller } from './methods/method.ts';

/** Finds out who calls, or gives the refusal. */
export type Authenticate = (
  address: RestAddress,
  token: string | undefined,
) => { caller: Caller } | { refusal: Refusal };

/**
 * Finds out who calls. REST 3 answers a rejected credential with ACCESSDENIED and status 401, REST 2 with
 * INVALID_CREDENTIALS; what is wrong with a token is said flat by both, because that layer stands before them.
 */
export function createAuthentication(state: PortalState, webhooks: WebhookStore, tokens: TokenDesk): Authenticate {
  return (address, token) => {
    const found = address.webhook === undefined ? tokens.find(token) : findWebhook(webhooks, address.webhook);
    if (found === undefined) {
      return { refusal: rejected(address) };
    }
    if ('refusal' in found) {
      return found;
    }
    const user = state.users.get(found.userId);
    if (user === undefined || user.active === false) {
      return { refusal: address.generation === 'v3' ? rejected(address) : flat('authorization_error', 401) };
    }
    return { caller: { user, scopes: found.scopes, credential: found.credential } };
  };
}

function findWebhook(webhooks: WebhookStore, { userId, secret }: { userId: string; secret: string }) {
  const webhook = webhooks.find(userId, secret);
  return webhook === undefined ? undefined : { userId: webhook.userId, scopes: webhook.scopes, credential: webhook.id };
}

function rejected(address: RestAddress): Refusal {
  if (address.generation === 'v3') {
    return v3('ACCESSDENIEDEXCEPTION', 401);
  }
  return flat(address.webhook === undefined ? 'NO_AUTH_FOUND' : 'INVALID_CREDENTIALS', 401);
}
