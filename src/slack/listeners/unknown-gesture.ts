import { z } from 'zod';
import { readInteractionActor } from '../actor.ts';
import { answerPress } from '../answering/answer-press.ts';
import { answerSubmit, type SubmitAck } from '../answering/answer-submit.ts';
import type { Ack } from '../answering/frame.ts';
import { message } from '../views/blocks.ts';
import { noticeView } from '../views/link-view.ts';
import type { Toolbox } from './toolbox.ts';

const viewBody = z.object({ view: z.object({ id: z.string() }) });

/** The listener of shortcuts that this version does not know: they are answered, not left to time out. */
export function onUnknownShortcut(tools: Toolbox): (call: { body: unknown; ack: Ack<never> }) => Promise<void> {
  return ({ body, ack }) =>
    answerPress(tools.frame, {
      actor: readInteractionActor(body, tools.clock.now()),
      ack,
      sends: false,
      work: async ({ texts }) => ({ message: message(texts.commands.unknownGesture), replace: false }),
    });
}

/** The listener of submitted windows that this version does not know. */
export function onUnknownView(tools: Toolbox): (call: { body: unknown; ack: Ack<SubmitAck> }) => Promise<void> {
  return ({ body, ack }) =>
    answerSubmit(tools.frame, {
      actor: readInteractionActor(body, tools.clock.now()),
      ack,
      viewId: viewBody.parse(body).view.id,
      meanwhile: ({ texts }) => noticeView(texts, [texts.commands.lateOther]),
      broken: ({ texts }, text) => ({ view: noticeView(texts, [text]), said: text }),
      work: async ({ texts }) => {
        const said = texts.commands.unknownGesture;
        return { view: noticeView(texts, [said]), said };
      },
    });
}
