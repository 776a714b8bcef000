import { serveText } from '../../chat/server-text.ts';
import { type ChatFile, type ChatMessage, fullName, type PortalState } from '../../state.ts';
import { portalDate } from '../../wire/portal-time.ts';

/** Messages as im.dialog.messages.get gives them. Source: Bitrix24 documentation, and `im` 26.250, lib/chat.php. */
export function chatView(
  chatId: number,
  messages: readonly ChatMessage[],
  state: PortalState,
  readUpTo: number | undefined,
): unknown {
  const authors = new Set(messages.map(({ author }) => author.id));
  return {
    chat_id: chatId,
    messages: messages.map((message) => messageView(chatId, message, readUpTo)),
    users: Array.from(authors).flatMap((id) => {
      const user = state.users.get(id);
      return user ? [{ id, active: user.active ?? true, name: fullName(user), type: 'user' }] : [];
    }),
    files: messages.flatMap(({ file, at, author }) => (file ? [fileView(chatId, file, at, author)] : [])),
  };
}

/** What the portal hands out is what its clients read, not what was sent. */
function messageView(chatId: number, { id, author, at, text, file, deleted }: ChatMessage, readUpTo = id): unknown {
  return {
    id,
    chat_id: chatId,
    author_id: author.id,
    date: portalDate(at),
    text: deleted ? 'This message was deleted.' : serveText(text).read,
    unread: id > readUpTo,
    uuid: null,
    replaces: [],
    params: file ? { FILE_ID: [file.id] } : deleted ? { IS_DELETED: 'Y' } : [],
    disappearing_date: null,
  };
}

/** A file of a chat. */
export function fileView(
  chatId: number,
  { id, name, size }: ChatFile,
  at: number,
  author: ChatMessage['author'],
): unknown {
  return {
    id,
    chatId,
    date: portalDate(at),
    type: 'file',
    name,
    extension: name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '',
    size,
    image: false,
    status: 'done',
    progress: 100,
    authorId: author.id,
    authorName: author.name,
    urlPreview: '',
    urlShow: '',
    urlDownload: '',
  };
}
