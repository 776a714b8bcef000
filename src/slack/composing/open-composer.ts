import type { types } from '@slack/bolt';
import type { Draft, DraftContent } from '../../tasks/ports.ts';
import type { Scene } from '../answering/interaction-runner.ts';
import type { Toolbox } from '../answering/listener-deps.ts';
import { openWindow, type Window } from '../answering/open-view.ts';
import { type Message, message } from '../views/blocks.ts';
import { composeNotice } from '../views/compose-view.ts';
import { mrkdwn } from '../views/mrkdwn.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import { linkFirstView, showComposer } from './show-composer.ts';

/**
 * Opens the window for what a person is about to send; gives back what to say where Slack did not open it. The trigger
 * lives for 3 s, so the window is opened at once and filled in afterwards.
 */
export async function openComposer(
  tools: Toolbox,
  scene: Scene,
  makeContent: () => Promise<DraftContent>,
): Promise<Message | undefined> {
  const opened = await openWindow(tools, scene, composeNotice(scene.texts, [scene.texts.compose.loading]));
  if (!('window' in opened)) {
    return message(scene.texts.compose.notOpened);
  }
  const filling = tools.frame.run(() => fill(tools, scene, opened.window, makeContent));
  filling.catch((error: unknown) => tools.log.error({ error }, 'a window could not be filled'));
  return undefined;
}

async function fill(
  tools: Toolbox,
  scene: Scene,
  window: Window,
  makeContent: () => Promise<DraftContent>,
): Promise<void> {
  const { texts } = scene;
  const view = await tools.frame.unbroken(firstView(tools, scene, makeContent), async (reference) =>
    composeNotice(texts, [texts.commands.brokenOther(mrkdwn.text(reference))]),
  );
  await showIn(tools, scene, window, view);
}

/** Somebody who is not linked links first, in the same window. */
async function firstView(
  tools: Toolbox,
  scene: Scene,
  makeContent: () => Promise<DraftContent>,
): Promise<types.ModalView> {
  const { person } = scene.actor;
  const [identity, content] = await Promise.all([tools.linking.find(person), makeContent()]);
  const draft: Draft = {
    person,
    content,
    route: scene.route,
    ...(identity ? { portal: identity.account.portal } : {}),
  };
  const id = await tools.drafts.save(draft);
  if (!identity) {
    return linkFirstView(tools, scene, id);
  }
  return showComposer(tools, scene, { reference: { draft: id, again: false }, draft, identity });
}

/** Codes that say that the person has closed the window, or gone on in it. Source: docs.slack.dev, views.update. */
const closed = new Set(['not_found', 'view_not_found', 'hash_conflict']);

/** Shows `view` in a window that is open, unless it has changed since. */
export async function showIn(
  { frame, log }: Pick<Toolbox, 'frame' | 'log'>,
  scene: Scene,
  { viewId, hash }: Window,
  view: types.ModalView,
): Promise<void> {
  try {
    const client = await frame.clients.patient(scene.actor.workspace);
    await client.views.update({ view_id: viewId, hash, view });
  } catch (error) {
    const reason = reasonOf(error);
    if (closed.has(reason)) {
      return log.info({ reason }, 'a window was closed before it was filled');
    }
    log.error({ reason }, 'a window was not filled');
    await frame.tell(scene, message(scene.texts.compose.notFilled));
  }
}
