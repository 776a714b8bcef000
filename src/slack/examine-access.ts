import { webApi } from '@slack/bolt';
import type { Log } from '../domain/log.ts';
import { present } from '../domain/present.ts';
import type { Secret } from '../domain/secret.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { clientOptions } from './clients.ts';
import { botScopes } from './scopes.ts';
import { faultOf } from './slack-fault.ts';

/** What Slack says of a credential. `code` is Slack's own word for a refusal. */
export type AccessFinding =
  | { readonly kind: 'good'; readonly team?: string; readonly missingScopes: readonly string[] }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Tries credentials on Slack without changing anything there. Never rejects on what Slack answers. */
export type AccessExaminer = {
  botToken(token: Secret): Promise<AccessFinding>;
  appToken(token: Secret): Promise<AccessFinding>;
  /** The id and secret of the app itself. */
  application(clientId: string, clientSecret: Secret): Promise<AccessFinding>;
};

const withinMs = 10_000;

/** Creates the examiner. */
export function createAccessExaminer({ slackApiUrl, log }: { slackApiUrl: string; log: Log }): AccessExaminer {
  const logger = createBoltLogger(log);
  const client = (token?: Secret) =>
    new webApi.WebClient(token?.reveal(), clientOptions(slackApiUrl, logger, withinMs));

  return {
    botToken: (token) =>
      examine(async () => {
        const { team, response_metadata } = await client(token).auth.test();
        const granted = response_metadata?.scopes ?? [];
        const missingScopes = botScopes.filter((scope) => !granted.includes(scope));
        return { kind: 'good', missingScopes, ...present({ team }) };
      }),
    appToken: (token) =>
      examine(async () => {
        await client(token).apps.connections.open({});
        return { kind: 'good', missingScopes: [] };
      }),
    async application(clientId, clientSecret) {
      const answer = await examine(async () => {
        await client().oauth.v2.access({ client_id: clientId, client_secret: clientSecret.reveal(), code: 'none' });
        return { kind: 'good', missingScopes: [] };
      });
      // Slack looks at the app before it looks at the code, which is none.
      return answer.kind === 'refused' && answer.code === 'invalid_code' ? { kind: 'good', missingScopes: [] } : answer;
    },
  };
}

async function examine(work: () => Promise<AccessFinding>): Promise<AccessFinding> {
  try {
    return await work();
  } catch (error) {
    const fault = faultOf(error);
    return fault.kind === 'refused' ? fault : { kind: 'unreachable', reason: fault.reason };
  }
}
