import type { WorkspaceSeed } from '../options.ts';
import type { SlackState } from './state.ts';
import type { TokenRecord } from './tokens.ts';

/** The app-level token, and a bot token for every workspace in which the app is installed from the start. */
export function addSeededTokens(state: SlackState, seeds: readonly WorkspaceSeed[]): void {
  const { tokens, app, directory } = state;
  tokens.add({
    token: app.appToken,
    kind: 'app',
    teamId: null,
    enterpriseId: null,
    userId: null,
    scopes: ['connections:write'],
  });
  for (const seed of seeds) {
    if (seed.installed !== false) {
      addBotToken(
        state,
        seed.botToken ?? `xoxb-sandbox-token-${seed.domain}`,
        app.scopes,
        directory.team(seed.domain).id,
      );
    }
  }
}

/** Adds a bot token with these scopes for a workspace, by default the first one. */
export function addBotToken(
  state: SlackState,
  token: string,
  scopes: readonly string[],
  teamKey?: string,
): TokenRecord {
  const team = state.directory.team(teamKey);
  const enterpriseId = team.enterprise?.id ?? null;
  return state.tokens.add({ token, kind: 'bot', teamId: team.id, enterpriseId, userId: team.botUserId, scopes });
}

/** The active bot token of a workspace. Throws when the app is not installed there. */
export function botToken(state: SlackState, teamKey?: string): string {
  const team = state.directory.team(teamKey);
  const record = state.tokens.botOf(team.id, team.enterprise?.id);
  if (record === undefined) {
    throw new Error(`The app is not installed in ${team.name}`);
  }
  return record.token;
}
