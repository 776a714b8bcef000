import { webApi } from '@slack/bolt';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { clientOptions } from './clients.ts';
import { botScopes, optionalBotScopes } from './scopes.ts';
import { faultOf } from './slack-fault.ts';

/** What Slack says of a token, or of the id and secret of the app. */
export type TokenFinding =
  | {
      readonly kind: 'accepted';
      /** The name of the workspace that a bot token is for. */
      readonly team?: string;
      /**
       * Scopes that the manifest asks for and a bot token lacks; absent where Slack did not name the token's scopes.
       */
      readonly missing?: readonly string[];
      /** Optional ones that it lacks, likewise: nothing is wrong without them. */
      readonly without?: readonly string[];
    }
  /** `code` is Slack's own word for it. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'no-answer'; readonly reason: string };

/** Tries credentials on Slack without changing anything there. Never rejects on what Slack answers. */
export type TokenChecks = {
  botToken(token: Secret, needed?: readonly string[]): Promise<TokenFinding>;
  appToken(token: Secret): Promise<TokenFinding>;
  /** The id and secret of the app itself. */
  application(clientId: string, clientSecret: Secret): Promise<TokenFinding>;
};

const withinMs = 10_000;

/** Creates the checks. */
export function createTokenChecks({ slackApiUrl, log }: { slackApiUrl: string; log: Log }): TokenChecks {
  const logger = createBoltLogger(log);
  const client = (token?: Secret) =>
    new webApi.WebClient(token?.reveal(), clientOptions(slackApiUrl, logger, withinMs));

  return {
    botToken: (token, needed) => checkBotToken(client(token), needed),
    appToken: (token) =>
      findingOf(async () => {
        await client(token).apps.connections.open({});
        return { kind: 'accepted' };
      }),
    async application(clientId, clientSecret) {
      const finding = await findingOf(async () => {
        await client().oauth.v2.access({ client_id: clientId, client_secret: clientSecret.reveal(), code: 'none' });
        return { kind: 'accepted' };
      });
      // Slack looks at the app before it looks at the code, which is none.
      return finding.kind === 'refused' && finding.code === 'invalid_code' ? { kind: 'accepted' } : finding;
    },
  };
}

/**
 * Asks Slack about the bot token of a client; where there is no client because the app is not installed, that is the
 * finding. `needed`: the scopes that it has to have. Source: docs.slack.dev, `auth.test`, and the header `x-oauth-scopes`.
 */
export function checkBotToken(
  client: webApi.WebClient | Promise<webApi.WebClient>,
  needed: readonly string[] = botScopes,
): Promise<TokenFinding> {
  return findingOf(async () => {
    const { team, response_metadata: told } = await (await client).auth.test();
    const granted = told?.scopes;
    return {
      kind: 'accepted',
      ...(team === undefined ? {} : { team }),
      ...(granted
        ? {
            missing: needed.filter((scope) => !granted.includes(scope)),
            without: optionalBotScopes.filter((scope) => !granted.includes(scope) && !needed.includes(scope)),
          }
        : {}),
    };
  });
}

/** Whether the app of this token was removed. Source: docs.slack.dev, `auth.test`, errors. */
export function isDead(finding: TokenFinding): boolean {
  return finding.kind === 'refused' && ['account_inactive', 'token_revoked'].includes(finding.code);
}

async function findingOf(ask: () => Promise<TokenFinding>): Promise<TokenFinding> {
  try {
    return await ask();
  } catch (error) {
    const fault = faultOf(error);
    return fault.kind === 'refused' ? fault : { kind: 'no-answer', reason: fault.reason };
  }
}
