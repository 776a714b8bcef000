import { type Logger, webApi } from '@slack/bolt';
import type { Secret } from '../../domain/secret.ts';
import { clientOptions } from '../clients.ts';

/** Asks Slack whether a bot token is still good. `unclear`: it did not say. Never rejects. */
export type TokenCheck = (token: Secret) => Promise<'alive' | 'dead' | 'unclear'>;

/** What Slack says of a token whose app was removed. Source: docs.slack.dev, `auth.test`, errors. */
const ofTheDead = new Set(['account_inactive', 'token_revoked']);

/** Creates the check over `auth.test`. */
export function createTokenCheck(slackApiUrl: string, logger: Logger): TokenCheck {
  return async (token) => {
    try {
      await new webApi.WebClient(token.reveal(), clientOptions(slackApiUrl, logger)).auth.test();
      return 'alive';
    } catch (error) {
      return error instanceof webApi.WebAPIPlatformError && ofTheDead.has(error.data.error) ? 'dead' : 'unclear';
    }
  };
}
