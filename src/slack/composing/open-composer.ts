import type { types } from '@slack/bolt';
import type { Document } from '../../domain/document.ts';
import type { TaskId } from '../../domain/portal.ts';
import { present } from '../../domain/present.ts';
import type { Draft, DraftContent } from '../../tasks/ports.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openView, type Window } from '../answering/open-view.ts';
import { type Message, message } from '../views/blocks.ts';
import { composeNotice } from '../views/compose-view.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import { typedBlocks } from '../views/typed-blocks.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import { linkFirstView, showComposer } from './show-composer.ts';

/**
 * Opens the window for what a person is about to send, to `task` where they named one; gives back what to say where Slack did not open it. The trigger
 * lives for 3 s, so the window is opened at once and filled in afterwards.
 */
export async function openComposer(
  deps: ListenerDeps,
  context: InteractionContext,
  makeContent: () => Promise<DraftContent>,
  { task, typed }: Typed = {},
): Promise<Message | undefined> {
  const { compose } = context.texts;
  return openView(deps, context, composeNotice(context.texts, [compose.loading]), {
    fill: (window) => fill(deps, context, window, { makeContent, task, typed }),
    notOpened: message(compose.notOpened, ...typedBlocks(typed, context.texts)),
  });
}

/** What the person named and typed: said back where the window does not open. */
type Typed = { readonly task?: TaskId | undefined; readonly typed?: Document };

/** What a form begins with, and what the person typed for it. */
type Beginning = {
  readonly makeContent: () => Promise<DraftContent>;
  readonly task: TaskId | undefined;
  readonly typed: Document | undefined;
};

async function fill(
  deps: ListenerDeps,
  context: InteractionContext,
  window: Window,
  beginning: Beginning,
): Promise<void> {
  const { texts } = context;
  const view = await deps.runner.unbroken(firstView(deps, context, beginning), async (reference) =>
    composeNotice(texts, [texts.commands.brokenOther(mrkdwn.text(reference))], beginning.typed),
  );
  await showIn(deps, context, window, view, beginning.typed);
}

/** Somebody who is not linked links first, in the same window. */
async function firstView(
  deps: ListenerDeps,
  context: InteractionContext,
  { makeContent, task }: Beginning,
): Promise<types.ModalView> {
  const { person } = context.actor;
  const [identity, content] = await Promise.all([deps.linking.find(person), makeContent()]);
  const draft: Draft = {
    person,
    content,
    route: context.route,
    ...(identity ? { portal: identity.account.portal } : {}),
    ...present({ task }),
  };
  const id = await deps.drafts.save(draft);
  if (!identity) {
    return linkFirstView(deps, context, id);
  }
  return showComposer(deps, context, { reference: { draft: id, again: false }, draft, identity });
}

/** Codes that say that the person has closed the window, or gone on in it. Source: docs.slack.dev, views.update. */
const closed = new Set(['not_found', 'view_not_found', 'hash_conflict']);

/** Shows `view` in a window that is open, unless it has changed since. `typed`: what would be lost with it. */
export async function showIn(
  { runner, log }: Pick<ListenerDeps, 'runner' | 'log'>,
  context: InteractionContext,
  { viewId, hash }: Window,
  view: types.ModalView,
  typed?: Document,
): Promise<void> {
  try {
    const client = await runner.clients.patient(context.actor.workspace);
    await client.views.update({ view_id: viewId, hash, view });
  } catch (error) {
    const reason = reasonOf(error);
    if (closed.has(reason)) {
      return log.info({ reason }, 'a window was closed before it was filled');
    }
    log.error({ reason }, 'a window was not filled');
    await runner.notify(context, message(context.texts.compose.notFilled, ...typedBlocks(typed, context.texts)));
  }
}
