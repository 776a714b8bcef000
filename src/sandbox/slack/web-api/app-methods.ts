import { textAt } from '../json.ts';
import type { SocketMode } from '../sending/socket-mode.ts';
import type { SlackState } from '../state/state.ts';
import { type ApiHandler, fail, succeed } from './web-api.ts';

/** The dependencies of these methods. */
export type AppMethodDeps = {
  readonly state: SlackState;
  readonly socketMode: SocketMode;
  /** Called after the tokens have ended, to send the events of an uninstallation. */
  readonly onUninstalled: (teamId: string) => void;
};

/** `apps.connections.open` and `apps.uninstall`. */
export function createAppMethods({ state, socketMode, onUninstalled }: AppMethodDeps) {
  return {
    'apps.connections.open': () => succeed({ url: socketMode.issueUrl(state.origin(), state.app.id) }),
    'apps.uninstall': ({ args, team }) => {
      if (textAt(args, 'client_id') !== state.app.clientId) {
        return fail('invalid_client_id');
      }
      if (textAt(args, 'client_secret') !== state.app.clientSecret) {
        return fail('bad_client_secret');
      }

      markUninstalled(state, team.id);
      onUninstalled(team.id);
      return succeed({});
    },
  } satisfies Record<string, ApiHandler>;
}

/** Ends every token of an installation. */
export function markUninstalled(state: SlackState, teamId: string): void {
  const enterpriseId = state.directory.team(teamId).enterprise?.id ?? null;
  for (const token of state.tokens.all) {
    const isOrg = token.teamId === null && enterpriseId !== null && token.enterpriseId === enterpriseId;
    if (token.kind !== 'app' && (token.teamId === teamId || isOrg)) {
      token.active = false;
    }
  }
}
