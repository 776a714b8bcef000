import type { PressAnswer } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { keptText } from '../composing/draft-document.ts';
import { showIn } from '../composing/open-composer.ts';
import type { View } from '../receiving/view.ts';
import type { ButtonAction } from '../views/action-ids.ts';
import { message } from '../views/blocks.ts';
import { textPageView } from '../views/compose-view.ts';

/** Turns a page of a text that is too long to be sent, in the window that shows it. */
export async function showText(
  deps: ListenerDeps,
  context: InteractionContext,
  { draft, page }: Extract<ButtonAction, { kind: 'show-text' }>,
  view: View | undefined,
): Promise<PressAnswer | undefined> {
  const { texts, actor } = context;
  const found = await deps.drafts.find(actor.person, draft);
  const text = found && keptText(found, texts.message);
  if (text === undefined) {
    return { message: message(texts.replies.textForgotten), replace: false };
  }
  if (view) {
    await showIn(deps, context, { viewId: view.id, hash: view.hash }, textPageView({ draft, text }, page, texts));
  }
  return undefined;
}
