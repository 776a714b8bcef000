import { canRead, type PortalTask, taskOfChat } from '../../state.ts';
import { type Refused, refuseFlat } from '../../wire/answers.ts';
import type { MethodCall } from './method.ts';

/** A chat that the caller may use. */
export type OpenChat = { readonly task: PortalTask; readonly chatId: number };

/** The chat that a parameter names, or the refusal. */
export function chatOf({ state, caller, parameters }: MethodCall, name: string): OpenChat | Refused {
  const dialog = parameters[name];
  const [, digits] = typeof dialog === 'string' ? (/^chat(\d+)$/.exec(dialog) ?? []) : [];
  if (digits === undefined) {
    return refuseFlat('DIALOG_ID_EMPTY', 400);
  }
  const chatId = Number(digits);
  const task = taskOfChat(state, chatId);
  const isMember = state.chatBuild.readers === 'readers-of-the-task' || state.read.has(`${task?.id} ${caller.user.id}`);
  if (!task || !canRead(caller.user, task) || !isMember) {
    return refuseFlat('ACCESS_ERROR', 403);
  }
  return { task, chatId };
}
