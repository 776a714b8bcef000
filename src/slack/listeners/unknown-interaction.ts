import { answerPress } from '../answering/answer-press.ts';
import { answerSubmit, type SubmitAck } from '../answering/answer-submit.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { GlobalShortcut, MessageShortcut, ViewSubmission } from '../receiving/interaction.ts';
import { message } from '../views/blocks.ts';
import { noticeView } from '../views/link-view.ts';
import type { Listener } from './dispatch.ts';

/** The listener of shortcuts that this version does not know: they are answered, not left to time out. */
export function onUnknownShortcut(deps: ListenerDeps): Listener<MessageShortcut | GlobalShortcut> {
  return ({ actor }, ack) =>
    answerPress(deps.runner, {
      actor,
      ack,
      sends: false,
      work: async ({ texts }) => ({ message: message(texts.commands.unknownInteraction), replace: false }),
    });
}

/** The listener of submitted windows that this version does not know. */
export function onUnknownView(deps: ListenerDeps): Listener<ViewSubmission, SubmitAck> {
  return ({ actor, view }, ack) =>
    answerSubmit(deps.runner, {
      actor,
      ack,
      viewId: view.id,
      meanwhile: ({ texts }) => noticeView(texts, [texts.commands.lateOther]),
      broken: ({ texts }, text) => ({ view: noticeView(texts, [text]), said: text }),
      work: async ({ texts }) => {
        const said = texts.commands.unknownInteraction;
        return { view: noticeView(texts, [said]), said };
      },
    });
}
