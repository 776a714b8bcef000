import type { types } from '@slack/bolt';
import { z } from 'zod';
import { type Message, message } from '../views/blocks.ts';
import { faultOf } from '../web-api/slack-fault.ts';
import type { InteractionContext } from './interaction-runner.ts';
import type { ListenerDeps } from './listener-deps.ts';

/** A window on a person's screen; `hash` changes with what is in it. */
export type Window = { readonly viewId: string; readonly hash: string };

const answer = z.object({ view: z.object({ id: z.string(), hash: z.string() }) });

/**
 * Opens a window for the person, on top of the one in which they acted; gives back what to say where Slack did not open
 * it. A trigger id lives for 3 s.
 */
export async function openView(
  deps: ListenerDeps,
  context: InteractionContext,
  view: types.ModalView,
): Promise<Message | undefined> {
  const opened = await openWindow(deps, context, view);
  return 'problem' in opened ? opened.problem : undefined;
}

/** The same, for a window that is changed later. */
export async function openWindow(
  { runner, log }: ListenerDeps,
  { actor, texts }: InteractionContext,
  view: types.ModalView,
): Promise<{ readonly window: Window } | { readonly problem: Message }> {
  try {
    const client = await runner.clients.prompt(actor.workspace);
    const opening = { trigger_id: actor.triggerId ?? '', view };
    const opened = answer.parse(await (actor.modal ? client.views.push(opening) : client.views.open(opening)));
    return { window: { viewId: opened.view.id, hash: opened.view.hash } };
  } catch (error) {
    log.warn({ fault: faultOf(error) }, 'a window could not be opened');
    return { problem: message(texts.commands.viewNotOpened) };
  }
}
