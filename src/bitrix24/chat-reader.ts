import { z } from 'zod';
import type { ChatMessage, ChatQuery, ChatReader } from '../delivery/task-chat.ts';
import type { PortalFailure } from '../domain/failure.ts';
import { type Result, success } from '../domain/result.ts';
import { type ChatPage, readSince } from './chat-pages.ts';
import type { PortalReads } from './portal-reads.ts';
import type { TaskChats } from './task-chats.ts';

/** The dependencies of reading chats. */
export type ChatReaderDeps = { readonly reads: PortalReads; readonly chats: TaskChats };

/**
 * Creates the reader of task chats. A user who may read the task may read its chat. Source: module `im` 26.250, im_rest.php,
 * dialogMessagesGet. By the documentation only members of the chat may, and users who write there become members.
 */
export function createChatReader({ reads, chats }: ChatReaderDeps): ChatReader {
  return {
    async messagesOf(query) {
      const { credential, task, sinceMs } = query;
      const giveUpAt = reads.deadline(query.withinMs);
      const chat = await chats.find(credential, task, giveUpAt);
      if (!chat.ok) {
        return chat;
      }
      if (chat.value === null) {
        // A task whose chat is not there yet may have one a moment later.
        return success({ messages: [], isComplete: false });
      }
      const dialog = `chat${chat.value}`;
      const read = await readSince(sinceMs, (range) => askPage(query, dialog, range, giveUpAt));
      if (!read.ok) {
        if (read.failure.kind === 'no-access') {
          chats.forget(credential, task);
        }
        return read;
      }
      const { messages, isComplete } = read.value;
      return success({ messages: messages.filter(isBy(query)).map(shown), isComplete });
    },
  };

  async function askPage(
    { credential }: ChatQuery,
    dialog: string,
    range: Readonly<Record<string, number>>,
    giveUpAt: number,
  ): Promise<Result<ChatPage, PortalFailure>> {
    const method = 'im.dialog.messages.get';
    const parameters = { DIALOG_ID: dialog, ...range };
    const answered = await reads.askTimed({ credential, api: 'v2', method, parameters, answer, giveUpAt });
    if (!answered.ok) {
      return answered;
    }
    const { value, finishedAt } = answered.value;
    const files = new Map(value.files.map((file) => [file.id, file]));
    return success(
      value.messages.map(({ id, author_id, date, text, unread, params }) => ({
        id,
        author: String(author_id),
        agoMs: finishedAt - Date.parse(date),
        text,
        unread,
        files: params.FILE_ID.flatMap((file) => files.get(file) ?? []),
      })),
    );
  }
}

const listOf = <Item extends z.ZodType>(item: Item) =>
  z.union([z.array(item), z.record(z.string(), item).transform((items): z.output<Item>[] => Object.values(items))]);

const fileIds = z.object({ FILE_ID: listOf(z.coerce.number()) });

/** PHP turns an empty object into a list. Source: Bitrix24 documentation, im.dialog.messages.get. */
const answer = z.object({
  messages: listOf(
    z.object({
      id: z.coerce.number().int().positive(),
      author_id: z.coerce.number(),
      date: z.string().refine((date) => !Number.isNaN(Date.parse(date))),
      text: z.string().catch(''),
      unread: z.boolean().catch(false),
      params: z.union([fileIds, z.unknown().transform(() => ({ FILE_ID: [] as number[] }))]),
    }),
  ),
  files: listOf(
    z.object({ id: z.coerce.number(), name: z.string().catch(''), size: z.coerce.number().catch(0) }),
  ).catch([]),
});

function isBy({ authorId, sinceMs }: ChatQuery): (message: ChatPage[number]) => boolean {
  return ({ author, agoMs }) => author === authorId && agoMs <= sinceMs;
}

function shown({ id, text, files, agoMs }: ChatPage[number]): ChatMessage {
  return { id: String(id), text, files: files.map(({ name, size }) => ({ name, size })), agoMs };
}
