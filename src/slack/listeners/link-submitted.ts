import { present } from '../../domain/present.ts';
import { plain } from '../../locales/shown.ts';
import { answerSubmit, type SubmitAck, type SubmitAnswer } from '../answering/answer-submit.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { linkOptionsOf } from '../composing/link-options.ts';
import { composerAfterLink } from '../composing/show-composer.ts';
import type { ViewSubmission } from '../receiving/interaction.ts';
import { typedIn } from '../receiving/view.ts';
import { fieldIds } from '../views/action-ids.ts';
import { describeLinkFailure } from '../views/describe-failure.ts';
import { linkedParagraphs } from '../views/link-messages.ts';
import { linkView, noticeView } from '../views/link-view.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import type { Listener } from './dispatch.ts';

const { block } = fieldIds.webhookUrl;

/** The listener of the submitted link window: mistakes appear at its field, success in its place. */
export function onLinkSubmitted(deps: ListenerDeps): Listener<ViewSubmission, SubmitAck> {
  return ({ actor, view }, ack) => {
    const draft = view.metadata;
    const urlText = typedIn(view, fieldIds.webhookUrl);
    return answerSubmit(deps.runner, {
      actor,
      ack,
      viewId: view.id,
      meanwhile: ({ texts }) => noticeView(texts, [texts.linking.checking]),
      broken: (context, text) => wrong(deps, context, { draft, problem: text }),
      work: (context) => link(deps, context, { urlText, draft }),
    });
  };
}

/** What the form of a webhook carries along. */
type Linking = {
  readonly urlText: string;
  /** What the person was about to send when they had to link first. */
  readonly draft: string;
};

async function link(
  deps: ListenerDeps,
  context: InteractionContext,
  { urlText, draft }: Linking,
): Promise<SubmitAnswer> {
  const result = await deps.linking.linkWebhook(context.actor.person, urlText);
  if (!result.ok) {
    const { failure } = result;
    const [atField, inText] = [plain, mrkdwn].map((place) =>
      describeLinkFailure(failure, urlText, context.texts, place),
    );
    return wrong(deps, context, { draft, problem: atField ?? '', ...present({ inText }) });
  }
  const paragraphs = linkedParagraphs(result.value, context.texts);
  const goesOn = draft === '' ? undefined : await composerAfterLink(deps, context, draft);
  return { view: goesOn ?? noticeView(context.texts, paragraphs), said: paragraphs.join(' ') };
}

type Mistake = { readonly draft: string; readonly problem: string; readonly inText?: string };

function wrong(
  deps: ListenerDeps,
  { texts }: InteractionContext,
  { draft, problem, inText = problem }: Mistake,
): SubmitAnswer {
  const said = texts.linking.refused(inText);
  const view = linkView(texts, { problem: said, ...linkOptionsOf(deps) });
  return { errors: { [block]: problem }, view: { ...view, private_metadata: draft }, said };
}
