import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Document } from '../../domain/document.ts';
import type { FileReference } from '../../domain/file-reference.ts';
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
import { linkFirstView } from './show-composer.ts';
import { takesFiles } from './takes-files.ts';
import { type FormView, formWithThread, keepThreadFor } from './thread-in-form.ts';

/**
 * Opens the window for what a person is about to send, to `task` if they named one. Gives the message to answer with when
 * Slack did not open it. A trigger is valid for 3 s, so the window is opened at once and filled in afterwards.
 */
export async function openComposer(
  deps: ListenerDeps,
  context: InteractionContext,
  makeContent: () => Promise<DraftContent>,
  { task, typed, files }: Typed = {},
): Promise<Message | undefined> {
  const { compose } = context.texts;
  return openView(deps, context, composeNotice(context.texts, [compose.loading]), {
    fill: (window) => fill(deps, context, window, { makeContent, task, typed, files }),
    notOpened: message(compose.notOpened, ...typedBlocks(typed, context.texts)),
  });
}

/** What the person named, typed and put into an earlier form. `typed` is said back where the window does not open. */
type Typed = {
  readonly task?: TaskId | undefined;
  readonly typed?: Document;
  readonly files?: readonly FileReference[] | undefined;
};

/** What a form begins with, and what the person typed for it. */
type Beginning = {
  readonly makeContent: () => Promise<DraftContent>;
  readonly task: TaskId | undefined;
  readonly typed: Document | undefined;
  readonly files: readonly FileReference[] | undefined;
};

async function fill(
  deps: ListenerDeps,
  context: InteractionContext,
  window: Window,
  beginning: Beginning,
): Promise<void> {
  const { texts } = context;
  const { view, later } = await deps.runner.unbroken<FormView>(
    firstView(deps, context, beginning),
    async (reference) => ({
      view: composeNotice(texts, [texts.commands.brokenOther(mrkdwn.text(reference))], beginning.typed),
    }),
  );
  const shown = await showIn(deps, context, window, view, beginning.typed);
  await showLater(deps, context, shown, later);
}

/** Somebody who is not linked links first, in the same window. */
async function firstView(
  deps: ListenerDeps,
  context: InteractionContext,
  { makeContent, task, files }: Beginning,
): Promise<FormView> {
  const { person } = context.actor;
  const [identity, content] = await Promise.all([deps.linking.find(person), makeContent()]);
  const draft: Draft = {
    person,
    content,
    route: context.route,
    ...(identity ? { portal: identity.account.portal, ...(await takesFiles(deps, context, identity)) } : {}),
    ...present({ task, files }),
  };
  const id = await deps.drafts.save(draft);
  const reference = { draft: id, again: false };
  if (!identity) {
    const view = await linkFirstView(deps, context, id);
    return { view, later: () => keepThreadFor(deps, context, { draft, reference }) };
  }
  return formWithThread(deps, context, { reference, draft, identity });
}

/**
 * Shows in a window what was waited for, where nobody has closed it or gone on in it: what is entered in it stays.
 */
export async function showLater(
  { runner, log }: Pick<ListenerDeps, 'runner' | 'log'>,
  { actor }: InteractionContext,
  window: Window | undefined,
  later: FormView['later'],
): Promise<void> {
  const view = await later?.();
  if (!view || !window) {
    return;
  }
  try {
    const client = await runner.clients.patient(actor.workspace);
    await client.views.update({ view_id: window.viewId, hash: window.hash, view });
  } catch (error) {
    log.info({ reason: reasonOf(error) }, 'a window did not take what was added to it');
  }
}

/** Codes that say that the person has closed the window, or gone on in it. Source: docs.slack.dev, views.update. */
const closed = new Set(['not_found', 'view_not_found', 'hash_conflict']);

const updated = z.object({ view: z.object({ hash: z.string() }) });

/**
 * Shows `view` in a window that is open, unless it has changed since; gives back the window as it is then. `typed`: what
 * would be lost with it.
 */
export async function showIn(
  { runner, log }: Pick<ListenerDeps, 'runner' | 'log'>,
  context: InteractionContext,
  { viewId, hash }: Window,
  view: types.ModalView,
  typed?: Document,
): Promise<Window | undefined> {
  try {
    const client = await runner.clients.patient(context.actor.workspace);
    const shown = updated.parse(await client.views.update({ view_id: viewId, hash, view }));
    return { viewId, hash: shown.view.hash };
  } catch (error) {
    const reason = reasonOf(error);
    if (closed.has(reason)) {
      log.info({ reason }, 'a window was closed before it was filled');
      return undefined;
    }
    log.error({ reason }, 'a window was not filled');
    await runner.notify(context, message(context.texts.compose.notFilled, ...typedBlocks(typed, context.texts)));
    return undefined;
  }
}
