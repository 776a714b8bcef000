import { createHash } from 'node:crypto';
import { postMessage } from '../../state.ts';
import { type MethodOutcome, type Refused, refuseFlat, result } from '../../wire/answers.ts';
import { isRecord } from '../../wire/unknown-values.ts';
import type { MethodCall } from './method.ts';
import { fileView } from './v2-chat-view.ts';
import type { OpenChat } from './v2-open-chat.ts';

/**
 * One call puts a file into a chat, with a message by the caller. The documentation and the code of `im` 26.250
 * (lib/V2/Service/FileService.php) spell three errors differently.
 */
export function uploadFile(call: MethodCall, chat: OpenChat | Refused): MethodOutcome {
  const { state, caller, parameters } = call;
  if ('kind' in chat) {
    return chat.refusal.code === 'ACCESS_ERROR' ? refuseFlat('ACCESS_DENIED', 403) : refuseFlat('CHAT_NOT_FOUND', 400);
  }
  const { fields } = parameters;
  const { name, content, message }: Readonly<Record<string, unknown>> = isRecord(fields) ? fields : {};
  if (typeof name !== 'string' || typeof content !== 'string' || name === '' || content === '') {
    return refuseFlat('FILE_EMPTY', 400);
  }
  if (content.length > Math.floor((state.chatBuild.maxFileBytes * 4) / 3)) {
    return refuseFlat('FILE_TOO_LARGE', 400);
  }
  if (!isBase64(content)) {
    return refuseFlat('FILE_INVALID_CONTENT', 400);
  }
  if (chat.task.chat === 'swallows') {
    return refuseFlat(state.chatBuild.fileErrors === 'code' ? 'FILE_FOLDER_ERROR' : 'FOLDER_ERROR', 400);
  }
  const bytes = Buffer.from(content, 'base64');
  state.last.file += 1;
  const file = {
    id: state.last.file,
    name,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const text = typeof message === 'string' ? message : '';
  const posted = postMessage(state, { author: caller.user, task: chat.task, text, key: undefined, file });
  return result({
    file: fileView(chat.chatId, file, posted.at, posted.author),
    messageId: posted.id,
    chatId: chat.chatId,
    dialogId: `chat${chat.chatId}`,
  });
}

/** PHP decodes strictly: only the alphabet, and padding at the end. */
function isBase64(content: string): boolean {
  const end = content.indexOf('=');
  const digits = end < 0 ? content : content.slice(0, end);
  return !/[^A-Za-z0-9+/]/.test(digits) && ['', '=', '=='].includes(end < 0 ? '' : content.slice(end));
}
