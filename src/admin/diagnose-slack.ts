import type { Config } from '../config.ts';
import type { Installation } from '../domain/installation.ts';
import { neededBotScopes } from '../slack/web-api/scopes.ts';
import type { TokenChecks, TokenFinding } from '../slack/web-api/token-check.ts';
import { type CheckResult, fine, problem, skipped } from './finding.ts';

const addScopes = 'Add them to the app (manifest.yml has them all) and install it again';

/** Tries every Slack credential there is. `installations`: `undefined` where the storage could not be read. */
export async function* diagnoseSlack(
  { transport, access, announce }: Pick<Config, 'transport' | 'access' | 'announce'>,
  checks: TokenChecks,
  installations: readonly Installation[] | undefined,
): AsyncGenerator<CheckResult> {
  const needed = neededBotScopes(announce);
  if (transport.mode === 'socket') {
    const found = await checks.appToken(transport.appToken);
    yield describe('SLACK_APP_TOKEN', found, 'Slack opens Socket Mode connections');
  } else {
    yield skipped('SLACK_SIGNING_SECRET', 'shows only when Slack sends something; a wrong one is answered with 401');
  }
  if (access.kind === 'one-workspace') {
    yield describe('SLACK_BOT_TOKEN', await checks.botToken(access.botToken, needed), 'works');
    return;
  }
  const application = await checks.application(access.clientId, access.clientSecret);
  yield describe('SLACK_CLIENT_ID and SLACK_CLIENT_SECRET', application, 'Slack knows the app');
  if (!installations) {
    yield skipped('installations', 'the storage could not be read');
  } else if (installations.length === 0) {
    yield fine('installations', 'none yet; people install at /slack/install');
  }
  for (const { id, name, bot } of installations ?? []) {
    yield describe(`installed in ${name} (${id})`, await checks.botToken(bot.token, needed), 'its token works');
  }
}

/** Optional scopes that were not granted; what each is for stands in the manifest. */
function withoutOf({ without = [] }: Extract<TokenFinding, { kind: 'accepted' }>): string {
  return without.length === 0 ? '' : `, without the optional ${without.join(', ')}`;
}

function describe(about: string, finding: TokenFinding, good: string): CheckResult {
  switch (finding.kind) {
    case 'accepted':
      return finding.missing && finding.missing.length > 0
        ? problem(about, `lacks the scopes ${finding.missing.join(', ')}. ${addScopes}.`)
        : fine(about, `${finding.team === undefined ? good : `${good}, in ${finding.team}`}${withoutOf(finding)}`);
    case 'refused':
      return problem(about, `Slack refuses it (${finding.code}). Copy it again from https://api.slack.com/apps.`);
    case 'no-answer':
      return problem(about, `Slack cannot be asked (${finding.reason}). Check the way out: proxy, firewall, DNS.`);
  }
}
