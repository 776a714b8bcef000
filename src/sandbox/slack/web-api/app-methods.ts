import { textAt } from '../json.ts';
import type { SocketMode } from '../sending/socket-mode.ts';
import type { World } from '../state/world.ts';
import { type ApiHandler, fail, succeed } from './web-api.ts';

/** What these methods work with. */
export type AppMethodDeps = {
  readonly world: World;
  readonly socketMode: SocketMode;
  /** Called after the tokens are gone, to send the events that follow. */
  readonly onUninstalled: (teamId: string) => void;
};

/** `apps.connections.open` and `apps.uninstall`. */
export function createAppMethods({ world, socketMode, onUninstalled }: AppMethodDeps) {
  return {
    'apps.connections.open': () => succeed({ url: socketMode.issueUrl(world.origin(), world.app.id) }),
    'apps.uninstall': ({ args, team }) => {
      if (textAt(args, 'client_id') !== world.app.clientId) {
        return fail('invalid_client_id');
      }
      if (textAt(args, 'client_secret') !== world.app.clientSecret) {
        return fail('bad_client_secret');
      }

      markUninstalled(world, team.id);
      onUninstalled(team.id);
      return succeed({});
    },
  } satisfies Record<string, ApiHandler>;
}

/** Ends every token of an installation. */
export function markUninstalled(world: World, teamId: string): void {
  const enterpriseId = world.directory.team(teamId).enterprise?.id ?? null;
  for (const token of world.tokens.all) {
    const isOrg = token.teamId === null && enterpriseId !== null && token.enterpriseId === enterpriseId;
    if (token.kind !== 'app' && (token.teamId === teamId || isOrg)) {
      token.active = false;
    }
  }
}
