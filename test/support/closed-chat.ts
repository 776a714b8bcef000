import type { ChatReader } from '../../src/delivery/task-chat.ts';
import { failed } from '../../src/domain/result.ts';

/** Nobody may look into chats. */
export const closedChat: ChatReader = {
  messagesOf: async () => failed({ kind: 'missing-scope', scopes: ['im'] }),
};

/** Nothing else is in a chat. */
export const nothingElse = async () => ({ messages: new Set<string>(), requests: [] });
