import { z } from 'zod';
import { type ButtonAction, parseAction } from '../action-ids.ts';
import { readInteractionActor } from '../actor.ts';
import { answerPress, type PressAnswer } from '../answering/answer-press.ts';
import type { Ack, Scene } from '../answering/frame.ts';
import { message } from '../views/blocks.ts';
import { unlinkedMessage } from '../views/link-messages.ts';
import { linkView } from '../views/link-view.ts';
import { cancelDelivery } from './cancel-delivery.ts';
import { declineConnection, openConfirmation } from './confirm-connection.ts';
import { openConnect } from './connect.ts';
import { openView } from './open-view.ts';
import { sendAgain } from './send-again.ts';
import type { Toolbox } from './toolbox.ts';

const body = z.object({
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
});

/** The listener of every button. */
export function onButton(tools: Toolbox): (call: { body: unknown; ack: Ack<never> }) => Promise<void> {
  return ({ body: received, ack }) => {
    const actor = readInteractionActor(received, tools.clock.now());
    if (actor.atHome) {
      tools.home.seen(actor.person, actor.workspace);
    }
    const [pressed] = body.safeParse(received).data?.actions ?? [];
    const action = pressed && parseAction(pressed.action_id, pressed.value);
    return answerPress(tools.frame, {
      actor,
      ack,
      sends: action?.kind === 'send-again',
      work: (scene) => carryOut(tools, scene, action),
    });
  };
}

async function carryOut(
  tools: Toolbox,
  scene: Scene,
  action: ButtonAction | undefined,
): Promise<PressAnswer | undefined> {
  const { texts, actor } = scene;
  switch (action?.kind) {
    case undefined:
      return { message: message(texts.commands.unknownGesture), replace: false };
    case 'link': {
      const problem = await openView(tools, scene, linkView(texts, { offersConnect: tools.connecting !== undefined }));
      return problem && { message: problem, replace: false };
    }
    case 'unlink':
      return {
        message: unlinkedMessage(await tools.linking.unlink(actor.person), texts),
        replace: true,
        shownAtHome: true,
      };
    case 'keep-link':
      return { message: message(texts.linking.stayedLinked), replace: true };
    case 'connect':
      return openConnect(tools, scene);
    case 'set-out':
      return undefined;
    case 'confirm-connection':
      return openConfirmation(tools, scene, action.grant);
    case 'decline-connection':
      return declineConnection(tools, scene, action.grant);
    case 'cancel':
      return cancelDelivery(tools, scene, action);
    case 'send-again':
      return sendAgain(tools, scene, action);
  }
}
