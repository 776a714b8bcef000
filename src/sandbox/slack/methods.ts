import { createAppMethods } from './app-methods.ts';
import { createChatMethods } from './chat-methods.ts';
import { createConversationMethods } from './conversation-methods.ts';
import type { OAuth } from './oauth.ts';
import { createPeopleMethods } from './people-methods.ts';
import type { SocketMode } from './socket-mode.ts';
import { createViewMethods } from './views-methods.ts';
import { createWebApi } from './web-api.ts';
import type { World } from './world.ts';

/** Puts the Web API together. */
export function createMethods(
  world: World,
  socketMode: SocketMode,
  oauth: OAuth,
  sendUninstalled: (teamId: string) => Promise<unknown>,
) {
  const onUninstalled = (teamId: string): void => {
    sendUninstalled(teamId).catch(() => {
      // Nobody is connected any more: Slack gives up on the event as well.
    });
  };
  return createWebApi({
    world,
    methods: {
      ...createChatMethods(world),
      ...createViewMethods(world),
      ...createPeopleMethods(world),
      ...createConversationMethods(world),
      ...createAppMethods({ world, socketMode, onUninstalled }),
    },
    open: { 'oauth.v2.access': oauth.access },
  });
}
