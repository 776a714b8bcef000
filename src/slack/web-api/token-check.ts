import { webApi } from '@slack/bolt';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { clientOptions } from './clients.ts';
import { botScopes, optionalBotScopes } from './scopes.ts';
import { faultOf } from './slack-fault.ts';

/** The result of trying a token, or the app's client id and secret. */
export type TokenFinding =
  | {
      readonly kind: 'accepted';
      /** The name of the workspace that a bot token is for. */
      readonly team?: string;
      /** Needed scopes that a bot token lacks; absent when Slack did not list the token's scopes. */
      readonly missing?: readonly string[];
      /** Optional scopes that it lacks; absent in the same case. The app works without them. */
      readonly without?: readonly string[];
    }
  /** `code`: Slack's error code. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'no-answer'; readonly reason: string };

/** Tries credentials at Slack, where it changes nothing. What Slack answers, or that it does not, never rejects. */
export type TokenChecks = {
  /** `needed`: the scopes that the token has to have, `botScopes` by default. */
  botToken(token: Secret, needed?: readonly string[]): Promise<TokenFinding>;
  /** An app-level token, for Socket Mode. */
  appToken(token: Secret): Promise<TokenFinding>;
  /** The app's client id and client secret. */
  application(clientId: string, clientSecret: Secret): Promise<TokenFinding>;
};

const timeoutMs = 10_000;

/** Creates the checks. */
export function createTokenChecks({ slackApiUrl, log }: { slackApiUrl: string; log: Log }): TokenChecks {
  const logger = createBoltLogger(log);
  const client = (token?: Secret) =>
    new webApi.WebClient(token?.reveal(), clientOptions(slackApiUrl, logger, timeoutMs));

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
      // The code is invalid on purpose: Slack checks it after the id and the secret.
      return finding.kind === 'refused' && finding.code === 'invalid_code' ? { kind: 'accepted' } : finding;
    },
  };
}

/**
 * Tries the bot token of a client. A `client` that rejects with a `NotInstalledError` is `refused` too. `needed`: the scopes
 * that the token has to have. Source: docs.slack.dev, `auth.test`, and the header `x-oauth-scopes`.
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

/** Whether the token is void because the app was removed. Source: docs.slack.dev, `auth.test`, errors. */
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
