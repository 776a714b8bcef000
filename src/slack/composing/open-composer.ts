import type { types } from '@slack/bolt';
import type { TaskId } from '../../domain/portal.ts';
import { present } from '../../domain/present.ts';
import type { Draft, DraftContent } from '../../tasks/ports.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openView, type Window } from '../answering/open-view.ts';
import { type Message, message } from '../views/blocks.ts';
import { composeNotice } from '../views/compose-view.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import { linkFirstView, showComposer } from './show-composer.ts';

/**
 * Opens the window for what a person is about to send; gives back what to say where Slack did not open it. The trigger
 * lives for 3 s, so the window is opened at once and filled in afterwards. `task`: the one to begin with.
 */
export async function openComposer(
  deps: ListenerDeps,
  context: InteractionContext,
  makeContent: () => Promise<DraftContent>,
  task?: TaskId,
): Promise<Message | undefined> {
  const { compose } = context.texts;
  return openView(deps, context, composeNotice(context.texts, [compose.loading]), {
    fill: (window) => fill(deps, context, window, () => firstView(deps, context, makeContent, task)),
    notOpened: compose.notOpened,
  });
}

async function fill(
  deps: ListenerDeps,
  context: InteractionContext,
  window: Window,
  makeView: () => Promise<types.ModalView>,
): Promise<void> {
  const { texts } = context;
  const view = await deps.runner.unbroken(makeView(), async (reference) =>
    composeNotice(texts, [texts.commands.brokenOther(mrkdwn.text(reference))]),
  );
  await showIn(deps, context, window, view);
}

/** Somebody who is not linked links first, in the same window. */
async function firstView(
  deps: ListenerDeps,
  context: InteractionContext,
  makeContent: () => Promise<DraftContent>,
  task: TaskId | undefined,
): Promise<types.ModalView> {
  const { person } = context.actor;
  const [identity, content] = await Promise.all([deps.linking.find(person), makeContent()]);
  const draft: Draft = {
    person,
    content,
    route: context.route,
    ...(identity ? { portal: identity.account.portal } : {}),
  };
  const id = await deps.drafts.save(draft);
  if (!identity) {
    return linkFirstView(deps, context, id);
  }
  const checked = task === undefined ? undefined : await deps.tasks.check(person, task);
  const title = checked?.kind === 'found' ? checked.title : undefined;
  const first = task === undefined ? undefined : { task, ...present({ title }) };
  return showComposer(deps, context, { reference: { draft: id, again: false }, draft, identity, first });
}

/** Codes that say that the person has closed the window, or gone on in it. Source: docs.slack.dev, views.update. */
const closed = new Set(['not_found', 'view_not_found', 'hash_conflict']);

/** Shows `view` in a window that is open, unless it has changed since. */
export async function showIn(
  { runner, log }: Pick<ListenerDeps, 'runner' | 'log'>,
  context: InteractionContext,
  { viewId, hash }: Window,
  view: types.ModalView,
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
    await runner.notify(context, message(context.texts.compose.notFilled));
  }
}
