import { type Logger, webApi } from '@slack/bolt';
import { z } from 'zod';
import type { BotAccess } from '../../domain/installation.ts';
import { Secret } from '../../domain/secret.ts';
import { clientOptions } from '../web-api/clients.ts';

/** What renewing a bot token and removing the app need. */
export type BotTokensDeps = {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly slackApiUrl: string;
  readonly logger: Logger;
  readonly now: () => number;
};

/** What Slack does with bot tokens for the owner of the app. Each rejects with an error of Bolt's Web API client. */
export type BotTokens = {
  /** The next access; the refresh token is used up by it. */
  renew(bot: BotAccess, refreshToken: Secret): Promise<BotAccess>;
  /** Removes the app from where the token comes from. */
  uninstall(token: Secret): Promise<void>;
};

const renewed = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() });

/** Creates the calls. A person may be waiting for them, so each gives up after 2 s. */
export function createBotTokens({ clientId, clientSecret, slackApiUrl, logger, now }: BotTokensDeps): BotTokens {
  const owner = () => ({ client_id: clientId, client_secret: clientSecret.reveal() });
  const client = (token?: Secret) => new webApi.WebClient(token?.reveal(), clientOptions(slackApiUrl, logger));

  return {
    async renew({ userId, scopes }, refreshToken) {
      const answer = await client().oauth.v2.access({
        ...owner(),
        grant_type: 'refresh_token',
        refresh_token: refreshToken.reveal(),
      });
      const { access_token, refresh_token, expires_in } = renewed.parse(answer);
      const rotation = { refreshToken: new Secret(refresh_token), expiresAt: now() + expires_in * 1_000 };
      return { token: new Secret(access_token), userId, scopes, rotation };
    },
    async uninstall(token) {
      await client(token).apps.uninstall(owner());
    },
  };
}
