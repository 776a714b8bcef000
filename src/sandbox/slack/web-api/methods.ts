import type { SocketMode } from '../sending/socket-mode.ts';
import type { World } from '../state/world.ts';
import { type AppMethodDeps, createAppMethods } from './app-methods.ts';
import { createChatMethods } from './chat-methods.ts';
import { createConversationMethods } from './conversation-methods.ts';
import { createFileMethods } from './file-methods.ts';
import { createPeopleMethods } from './people-methods.ts';
import { createReactionMethods } from './reaction-methods.ts';
import { createThreadMethods } from './thread-methods.ts';
import { createViewMethods } from './view-methods.ts';
import { createWebApi, type OpenHandler } from './web-api.ts';

type MethodDeps = {
  readonly world: World;
  readonly socketMode: SocketMode;
  /** `oauth.v2.access`. */
  readonly access: OpenHandler;
  /** Sends the events that follow an uninstallation. */
  readonly sendUninstalled: (teamId: string) => Promise<unknown>;
};

/** The methods that take a token, by name. */
export type Methods = ReturnType<typeof createTokenMethods>;

/** Puts the Web API together. */
export function createMethods({ world, socketMode, access, sendUninstalled }: MethodDeps) {
  const onUninstalled = (teamId: string): void => {
    sendUninstalled(teamId).catch(() => {
      // Nobody is connected any more: Slack gives up on the event as well.
    });
  };
  return createWebApi({
    world,
    methods: createTokenMethods({ world, socketMode, onUninstalled }),
    open: { 'oauth.v2.access': access },
  });
}

function createTokenMethods(deps: AppMethodDeps) {
  const { world } = deps;
  return {
    ...createChatMethods(world),
    ...createReactionMethods(world),
    ...createViewMethods(world),
    ...createPeopleMethods(world),
    ...createConversationMethods(world),
    ...createFileMethods(world),
    ...createThreadMethods(world),
    ...createAppMethods(deps),
  };
}
