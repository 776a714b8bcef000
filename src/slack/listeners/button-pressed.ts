import { answerPress, type PressAnswer } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openView } from '../answering/open-view.ts';
import { linkOptionsOf } from '../composing/link-options.ts';
import { openComposer } from '../composing/open-composer.ts';
import { linkFirstView } from '../composing/show-composer.ts';
import type { BlockAction, Unsupported } from '../receiving/interaction.ts';
import type { View } from '../receiving/view.ts';
import { type ButtonAction, parseAction } from '../views/action-ids.ts';
import { message } from '../views/blocks.ts';
import { unlinkedMessage } from '../views/link-messages.ts';
import { linkView } from '../views/link-view.ts';
import { chooseTask, sendDraft } from './ask-first.ts';
import { cancelDelivery } from './cancel-delivery.ts';
import { declineConnection, openConfirmation } from './confirm-connection.ts';
import { openConnect } from './connect.ts';
import type { Listener } from './dispatch.ts';
import { editDelivery } from './edit-delivery.ts';
import { runDoctor } from './run-doctor.ts';
import { sendAgain } from './send-again.ts';
import { showText } from './show-text.ts';
import { takeBack } from './take-back.ts';
import { tryNow } from './try-now.ts';

/** The listener of every button, and of anything like it that this version does not know. */
export function onButton(deps: ListenerDeps): Listener<BlockAction | Unsupported> {
  return (received, ack) => {
    const { actor } = received;
    if (actor.atHome) {
      deps.home.seen(actor.person, actor.workspace);
    }
    const action = received.kind === 'unsupported' ? undefined : parseAction(received.id, received.value);
    return answerPress(deps.runner, {
      actor,
      ack,
      sends: action?.kind === 'send-again' || action?.kind === 'send-draft',
      helps: action?.kind === 'check',
      work: (context) => carryOut(deps, context, action, received.kind === 'unsupported' ? undefined : received.view),
    });
  };
}

/** With a draft, the window goes on with it once the person has connected. */
async function linkViewFor(deps: ListenerDeps, context: InteractionContext, draft: string | undefined) {
  return draft === undefined ? linkView(context.texts, linkOptionsOf(deps)) : linkFirstView(deps, context, draft);
}

async function carryOut(
  deps: ListenerDeps,
  context: InteractionContext,
  action: ButtonAction | undefined,
  view: View | undefined,
): Promise<PressAnswer | undefined> {
  const { texts, actor } = context;
  switch (action?.kind) {
    case undefined:
      return { message: message(texts.commands.unknownInteraction), replace: false };
    case 'link': {
      const problem = await openView(deps, context, await linkViewFor(deps, context, action.draft));
      return problem && { message: problem, replace: false };
    }
    case 'unlink':
      return {
        message: unlinkedMessage(await deps.linking.unlink(actor.person), texts),
        replace: true,
        shownAtHome: true,
      };
    case 'keep-link':
      return { message: message(texts.linking.stayedLinked), replace: true };
    case 'connect':
      return openConnect(deps, context);
    case 'set-out':
    case 'open-task':
      return undefined;
    case 'edit-delivery':
      return editDelivery(deps, context, action.delivery);
    case 'try-now':
      return tryNow(deps, context);
    case 'confirm-connection':
      return openConfirmation(deps, context, action.grant);
    case 'decline-connection':
      return declineConnection(deps, context, action.grant);
    case 'cancel':
      return cancelDelivery(deps, context, action);
    case 'take-back':
      return takeBack(deps, context, action.delivery);
    case 'send-again':
      return sendAgain(deps, context, action);
    case 'send-draft':
      return sendDraft(deps, context, action);
    case 'write': {
      const problem = await openComposer(deps, context, async () => ({ kind: 'nothing' }), { task: action.task });
      return problem && { message: problem, replace: false };
    }
    case 'check':
      return { message: await runDoctor(deps, context), replace: false };
    case 'choose-task':
      return chooseTask(deps, context, action);
    case 'show-text':
      return showText(deps, context, action, view);
  }
}
