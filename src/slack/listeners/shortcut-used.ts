import { answerPress } from '../answering/answer-press.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openComposer } from '../composing/open-composer.ts';
import type { GlobalShortcut, MessageShortcut } from '../receiving/interaction.ts';
import { shortcutIds } from '../views/action-ids.ts';
import type { Listener } from './dispatch.ts';
import { onMessageShortcut } from './message-shortcut.ts';
import { onUnknownShortcut } from './unknown-interaction.ts';

/** The listener of every shortcut. A message and the ⚡ menu may each have one of the same id. */
export function onShortcut(deps: ListenerDeps): Listener<MessageShortcut | GlobalShortcut> {
  const onMessage = onMessageShortcut(deps);
  const onGlobal = onGlobalShortcut(deps);
  const others = onUnknownShortcut(deps);
  return (shortcut, ack) => {
    if (shortcut.kind === 'message-shortcut' && shortcut.id === shortcutIds.message) {
      return onMessage(shortcut, ack);
    }
    if (shortcut.kind === 'global-shortcut' && shortcut.id === shortcutIds.global) {
      return onGlobal(shortcut, ack);
    }
    return others(shortcut, ack);
  };
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
