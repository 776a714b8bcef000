import { answerPress, type PressAnswer } from '../answering/answer-press.ts';
import type { Scene } from '../answering/interaction-runner.ts';
import type { Toolbox } from '../answering/listener-deps.ts';
import { openView } from '../answering/open-view.ts';
import type { BlockAction, Unsupported } from '../receiving/interaction.ts';
import { type ButtonAction, parseAction } from '../views/action-ids.ts';
import { message } from '../views/blocks.ts';
import { unlinkedMessage } from '../views/link-messages.ts';
import { linkView } from '../views/link-view.ts';
import { cancelDelivery } from './cancel-delivery.ts';
import { declineConnection, openConfirmation } from './confirm-connection.ts';
import { openConnect } from './connect.ts';
import type { Listener } from './dispatch.ts';
import { sendAgain } from './send-again.ts';

/** The listener of every button, and of anything like it that this version does not know. */
export function onButton(tools: Toolbox): Listener<BlockAction | Unsupported> {
  return (received, ack) => {
    const { actor } = received;
    if (actor.atHome) {
      tools.home.seen(actor.person, actor.workspace);
    }
    const action = received.kind === 'unsupported' ? undefined : parseAction(received.id, received.value);
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
