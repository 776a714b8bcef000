import type { FileSource, FileUploader } from '../../src/delivery/files.ts';
import type { ChatReader } from '../../src/delivery/task-chat.ts';
import { failed } from '../../src/domain/result.ts';

/** Nobody may look into chats. */
export const closedChat: ChatReader = {
  messagesOf: async () => failed({ kind: 'missing-scope', scopes: ['im'] }),
};

/** Nothing else is in a chat. */
export const nothingElse = async () => ({ messages: new Set<string>(), parts: [] });

/** No file is ever sent. */
export const noFiles: { readonly files: FileSource; readonly uploader: FileUploader } = {
  files: { open: async () => ({ kind: 'problem', problem: { kind: 'deleted' } }) },
  uploader: { upload: async () => ({ kind: 'refused', problem: { kind: 'not-kept' } }) },
};
