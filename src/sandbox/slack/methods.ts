import { createAppMethods } from './app-methods.ts';
import { createChatMethods } from './chat-methods.ts';
import { createConversationMethods } from './conversation-methods.ts';
import type { OAuth } from './oauth.ts';
import { createPeopleMethods } from './people-methods.ts';
import type { SocketMode } from './socket-mode.ts';
import { createViewMethods } from './views-methods.ts';
import { type ApiHandler, createWebApi, fail } from './web-api.ts';
import type { World } from './world.ts';

/** Puts the Web API together: what the sandbox answers itself, and what goes on to `emulate`. */
export function createMethods(
  world: World,
  socketMode: SocketMode,
  oauth: OAuth,
  sendRevoked: (teamId: string, isUninstall: boolean) => Promise<unknown>,
) {
  const forward: ApiHandler = async ({ method, args, team, token }) =>
    (await world.backends.get(team.id)?.call(method, args, token.userId ?? undefined)) ?? fail('internal_error');
  const onRevoked = (teamId: string, isUninstall: boolean): void => {
    sendRevoked(teamId, isUninstall).catch(() => {
      // Nobody is connected any more: Slack gives up on the event as well.
    });
  };
  return createWebApi({
    world,
    own: {
      ...createChatMethods(world),
      ...createViewMethods(world),
      ...createPeopleMethods(world, forward),
      ...createConversationMethods(world, forward),
      ...createAppMethods({ world, socketMode, onRevoked }),
    },
    open: { 'api.test': (args) => ({ ok: true, args }), 'oauth.v2.access': oauth.access },
    forward,
  });
}
