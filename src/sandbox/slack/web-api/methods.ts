import type { SocketMode } from '../sending/socket-mode.ts';
import type { SlackState } from '../state/state.ts';
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
  readonly state: SlackState;
  readonly socketMode: SocketMode;
  /** `oauth.v2.access`. */
  readonly access: OpenHandler;
  /** Sends the events that follow an uninstallation. */
  readonly sendUninstalled: (teamId: string) => Promise<unknown>;
};

/** The methods that take a token, by name. */
export type Methods = ReturnType<typeof createTokenMethods>;

/** Creates the Web API with all its methods. */
export function createMethods({ state, socketMode, access, sendUninstalled }: MethodDeps) {
  const onUninstalled = (teamId: string): void => {
    sendUninstalled(teamId).catch(() => {
      // Without a connection Slack drops the event as well.
    });
  };
  return createWebApi({
    state,
    methods: createTokenMethods({ state, socketMode, onUninstalled }),
    open: { 'oauth.v2.access': access },
  });
}

function createTokenMethods(deps: AppMethodDeps) {
  const { state } = deps;
  return {
    ...createChatMethods(state),
    ...createReactionMethods(state),
    ...createViewMethods(state),
    ...createPeopleMethods(state),
    ...createConversationMethods(state),
    ...createFileMethods(state),
    ...createThreadMethods(state),
    ...createAppMethods(deps),
  };
}
