import type { PressAnswer } from '../answering/answer-press.ts';
import { answerSubmit, type SubmitAck, type SubmitAnswer } from '../answering/answer-submit.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openView } from '../answering/open-view.ts';
import { composerAfterLink } from '../composing/show-composer.ts';
import type { ViewSubmission } from '../receiving/interaction.ts';
import { typedIn } from '../receiving/view.ts';
import { fieldIds } from '../views/action-ids.ts';
import { message } from '../views/blocks.ts';
import { confirmView, endView } from '../views/connect-view.ts';
import { linkedParagraphs } from '../views/link-messages.ts';
import { noticeView } from '../views/link-view.ts';
import { faultOf } from '../web-api/slack-fault.ts';
import type { Listener } from './dispatch.ts';

const { block } = fieldIds.number;

/** Opens the question about an account, for a person who was asked by a message. */
export async function openConfirmation(
  deps: ListenerDeps,
  context: InteractionContext,
  grant: string,
): Promise<PressAnswer | undefined> {
  const { actor, texts } = context;
  const account = await deps.connecting?.waiting(actor.person, grant);
  if (!account) {
    return { message: message(texts.connect.gone), replace: true };
  }
  const problem = await openView(deps, context, confirmView(grant, account, texts));
  return problem && { message: problem, replace: false };
}

/** Lets go of an account that is not the person's own, and says so where they were asked. */
export async function declineConnection(
  deps: ListenerDeps,
  { actor, texts }: InteractionContext,
  grant: string,
): Promise<PressAnswer | undefined> {
  const declined = await deps.connecting?.decline(actor.person, grant);
  const said = declined ? texts.connect.declined : texts.connect.gone;
  if (actor.modal === undefined) {
    return { message: message(said), replace: true };
  }
  try {
    const client = await deps.runner.clients.patient(actor.workspace);
    await client.views.update({ view_id: actor.modal, view: endView(texts, [said]) });
    return undefined;
  } catch (error) {
    deps.log.info({ fault: faultOf(error) }, 'a window was not there any more for its answer');
    return { message: message(said), replace: false };
  }
}

/** The listener of the submitted confirmation. */
export function onConfirmationSubmitted(deps: ListenerDeps): Listener<ViewSubmission, SubmitAck> {
  return ({ actor, view }, ack) => {
    const grant = view.metadata;
    const number = typedIn(view, fieldIds.number).replace(/\D/g, '');
    return answerSubmit(deps.runner, {
      actor,
      ack,
      viewId: view.id,
      meanwhile: ({ texts }) => noticeView(texts, [texts.commands.lateOther]),
      broken: ({ texts }, text) => ({ errors: { [block]: text }, view: endView(texts, [text]), said: text }),
      work: (context) => confirm(deps, context, grant, number),
    });
  };
}

async function confirm(
  deps: ListenerDeps,
  context: InteractionContext,
  grant: string,
  number: string,
): Promise<SubmitAnswer> {
  const { actor, texts } = context;
  const confirmed = await deps.connecting?.confirm(actor.person, grant, number);
  switch (confirmed?.kind) {
    case 'linked': {
      const paragraphs = linkedParagraphs(confirmed.linked, texts);
      const goesOn = await composerAfterLink(deps, context);
      return { view: goesOn ?? endView(texts, paragraphs), said: paragraphs.join(' ') };
    }
    case 'wrong-number': {
      const problem = texts.connect.wrongNumber(confirmed.triesLeft);
      const account = await deps.connecting?.waiting(actor.person, grant);
      const view = account ? confirmView(grant, account, texts) : endView(texts, [problem]);
      return { errors: { [block]: problem }, view, said: problem };
    }
    case 'gone':
    case undefined:
      return { view: endView(texts, [texts.connect.gone]), said: texts.connect.gone };
  }
}
