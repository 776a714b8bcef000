import { present } from '../../domain/present.ts';
import { plain } from '../../locales/shown.ts';
import { answerSubmit, type SubmitAck, type SubmitAnswer } from '../answering/answer-submit.ts';
import type { Scene } from '../answering/interaction-runner.ts';
import type { Toolbox } from '../answering/listener-deps.ts';
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
export function onLinkSubmitted(tools: Toolbox): Listener<ViewSubmission, SubmitAck> {
  return ({ actor, view }, ack) => {
    const draft = view.metadata;
    const urlText = typedIn(view, fieldIds.webhookUrl);
    return answerSubmit(tools.frame, {
      actor,
      ack,
      viewId: view.id,
      meanwhile: ({ texts }) => noticeView(texts, [texts.linking.checking]),
      broken: (scene, text) => wrong(tools, scene, { draft, problem: text }),
      work: (scene) => link(tools, scene, { urlText, draft }),
    });
  };
}

/** `draft`: what the person was about to send when they had to link first. */
type Linking = { readonly urlText: string; readonly draft: string };

async function link(tools: Toolbox, scene: Scene, { urlText, draft }: Linking): Promise<SubmitAnswer> {
  const result = await tools.linking.linkWebhook(scene.actor.person, urlText);
  if (!result.ok) {
    const { failure } = result;
    const [atField, inText] = [plain, mrkdwn].map((place) => describeLinkFailure(failure, urlText, scene.texts, place));
    return wrong(tools, scene, { draft, problem: atField ?? '', ...present({ inText }) });
  }
  const paragraphs = linkedParagraphs(result.value, scene.texts);
  const goesOn = draft === '' ? undefined : await composerAfterLink(tools, scene, draft);
  return { view: goesOn ?? noticeView(scene.texts, paragraphs), said: paragraphs.join(' ') };
}

type Mistake = { readonly draft: string; readonly problem: string; readonly inText?: string };

function wrong({ connecting }: Toolbox, { texts }: Scene, { draft, problem, inText = problem }: Mistake): SubmitAnswer {
  const said = texts.linking.refused(inText);
  const view = linkView(texts, { problem: said, offersConnect: connecting !== undefined });
  return { errors: { [block]: problem }, view: { ...view, private_metadata: draft }, said };
}
