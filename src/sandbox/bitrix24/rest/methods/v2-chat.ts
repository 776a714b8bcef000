import { type ChatMessage, canRead, chatIdOf, type PortalState, type PortalTask } from '../../state.ts';
import { type MethodOutcome, refuseFlat, result } from '../../wire/answers.ts';
import { readLooseId } from '../../wire/unknown-values.ts';
import type { MethodCall, RestMethod } from './method.ts';
import { chatView } from './v2-chat-view.ts';
import { uploadFile } from './v2-file-upload.ts';
import { chatOf } from './v2-open-chat.ts';

/** The REST 2 methods of chats. Names of parameters may be in any case. */
export const v2ChatMethods: readonly RestMethod[] = [
  { name: 'im.chat.get', scopes: ['im'], writes: false, run: getChat },
  { name: 'im.dialog.messages.get', scopes: ['im'], writes: false, run: getMessages },
  { name: 'im.message.delete', scopes: ['im'], writes: true, run: deleteMessage },
  {
    name: 'im.v2.File.upload',
    scopes: ['im'],
    writes: true,
    run: (call) => uploadFile(call, chatOf(call, 'dialogId')),
  },
];

const defaultLimit = 20;
const maxLimit = 50;

/** Source: Bitrix24 documentation, im.chat.get: the entity of a task's chat is TASKS_TASK. */
function getChat({ state, caller, parameters }: MethodCall): MethodOutcome {
  const { ENTITY_TYPE: type, ENTITY_ID: id } = parameters;
  const task = type === 'TASKS_TASK' ? state.tasks.get(readLooseId(id) ?? 0) : undefined;
  const chatId = task && canRead(caller.user, task) ? chatIdOf(task) : null;
  return result(chatId === null ? null : { ID: chatId });
}

/**
 * Newest first. Without LAST_ID and FIRST_ID the unread ones come along; where there are more of them than the limit,
 * it begins at the first unread one, and the newest are left out. Source: module `im` 26.250, lib/chat.php, getMessages.
 */
function getMessages(call: MethodCall): MethodOutcome {
  const { parameters } = call;
  const found = chatOf(call, 'DIALOG_ID');
  if ('kind' in found) {
    return found;
  }
  const { task, chatId } = found;
  const limit = Math.min(maxLimit, readLooseId(parameters['LIMIT']) ?? defaultLimit);
  const messages = pageOf(call, task, limit);
  return result(chatView(chatId, messages, call.state, readUpTo(call, task)));
}

function pageOf(call: MethodCall, task: PortalTask, limit: number): readonly ChatMessage[] {
  const { parameters, state } = call;
  const newest = (state.chats.get(task.id) ?? []).toReversed();
  const [firstId, lastId] = [readLooseId(parameters['FIRST_ID']), readLooseId(parameters['LAST_ID'])];
  if (firstId !== undefined) {
    return newest.filter(({ id }) => id > firstId).slice(-limit);
  }
  if (lastId !== undefined) {
    return newest.filter(({ id }) => id < lastId).slice(0, limit);
  }
  const read = readUpTo(call, task);
  const unread = read === undefined ? 0 : newest.filter(({ id }) => id > read).length;
  if (unread <= limit) {
    return newest.slice(0, limit + unread);
  }
  return [...newest.slice(unread - limit, unread), ...newest.slice(unread, unread + limit)];
}

function readUpTo({ state, caller }: MethodCall, task: PortalTask): number | undefined {
  return state.read.get(`${task.id} ${caller.user.id}`);
}

/** Only one's own; what was taken back stays as an empty place. Source: module `im` 26.250, im_rest.php, messageDelete. */
function deleteMessage({ state, caller, parameters }: MethodCall): MethodOutcome {
  const id = readLooseId(parameters['MESSAGE_ID'] ?? parameters['ID']);
  if (id === undefined) {
    return refuseFlat('MESSAGE_ID_ERROR', 400);
  }
  const place = placeOf(state, id);
  const message = place?.chat[place.at];
  if (!place || !message || message.deleted || message.author.id !== caller.user.id || !state.chatBuild.deletes) {
    return refuseFlat('CANT_EDIT_MESSAGE', 403);
  }
  const { file: _, ...rest } = message;
  place.chat[place.at] = { ...rest, text: '', deleted: true };
  return result(true);
}

function placeOf(state: PortalState, id: number) {
  for (const chat of state.chats.values()) {
    const at = chat.findIndex((message) => message.id === id);
    if (at >= 0) {
      return { chat, at };
    }
  }
  return undefined;
}
