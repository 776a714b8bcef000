import { answerPress } from '../answering/answer-press.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openComposer } from '../composing/open-composer.ts';
import type { GlobalShortcut, MessageShortcut } from '../receiving/interaction.ts';
import {
  type GlobalShortcutId,
  globalShortcutIds,
  type MessageShortcutId,
  messageShortcutIds,
} from '../views/action-ids.ts';
import type { Listener } from './dispatch.ts';
import { onMessageShortcut } from './message-shortcut.ts';
import { onUnknownShortcut } from './unknown-interaction.ts';

/** The listener of every shortcut. A message and the ⚡ menu may each have one of the same id. */
export function onShortcut(deps: ListenerDeps): Listener<MessageShortcut | GlobalShortcut> {
  const ofMessages = new Map(Object.entries(messageShortcuts(deps)));
  const ofMenu = new Map(Object.entries(globalShortcuts(deps)));
  const others = onUnknownShortcut(deps);
  return (shortcut, ack) =>
    shortcut.kind === 'message-shortcut'
      ? (ofMessages.get(shortcut.id) ?? others)(shortcut, ack)
      : (ofMenu.get(shortcut.id) ?? others)(shortcut, ack);
}

function messageShortcuts(deps: ListenerDeps): Record<MessageShortcutId, Listener<MessageShortcut>> {
  return { [messageShortcutIds.send]: onMessageShortcut(deps) };
}

function globalShortcuts(deps: ListenerDeps): Record<GlobalShortcutId, Listener<GlobalShortcut>> {
  return { [globalShortcutIds.write]: onGlobalShortcut(deps) };
}

/** Opens the form, empty. It was asked for in no conversation: whatever is to be said comes as a direct message. */
function onGlobalShortcut(deps: ListenerDeps): Listener<GlobalShortcut> {
  return ({ actor }, ack) =>
    answerPress(deps.runner, {
      actor,
      ack,
      sends: false,
      work: async (context) => {
        const problem = await openComposer(deps, context, async () => ({ kind: 'nothing' }));
        return problem && { message: problem, replace: false };
      },
    });
}
