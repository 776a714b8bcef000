import type { types } from '@slack/bolt';
import { z } from 'zod';
import { within } from '../../domain/clock.ts';
import type { Texts } from '../../locales/en.ts';
import { type Message, message } from '../views/blocks.ts';
import { faultOf, isOfTheApp, type SlackFault } from '../web-api/slack-fault.ts';
import type { InteractionContext } from './interaction-runner.ts';
import type { ListenerDeps } from './listener-deps.ts';

/** A window on a person's screen. */
export type Window = {
  readonly viewId: string;
  /** Changes with what is in it. */
  readonly hash: string;
};

/** What follows: filling the window once it is open, and what to say where Slack did not open it in time. */
export type Opening = { readonly fill?: (window: Window) => Promise<void>; readonly notOpened?: Message };

const answer = z.object({ view: z.object({ id: z.string(), hash: z.string() }) });

/** A command has to be acknowledged after 2.5 s, with or without an answer of Slack about its window. */
const openWithinMs = 2_000;

/**
 * Opens a window for the person, on top of the one in which they acted; gives back what to say where Slack did not open
 * it. A trigger id lives for 3 s, but Slack's answer may take longer: the window may be open already, so it is filled
 * when the answer comes, and the person is told then if it was a refusal.
 */
export async function openView(
  deps: ListenerDeps,
  context: InteractionContext,
  view: types.ModalView,
  { fill = async () => {}, notOpened = message(context.texts.commands.viewNotOpened) }: Opening = {},
): Promise<Message | undefined> {
  const { runner, log } = deps;
  const opening = openWindow(deps, context, view, notOpened);
  const opened = await within(runner.clock, openWithinMs, opening, () => 'late');
  if (opened !== 'late' && 'problem' in opened) {
    return opened.problem;
  }
  const goingOn = runner.run(async () => {
    const known = await opening;
    await ('problem' in known ? runner.notify(context, known.problem) : fill(known.window));
  });
  goingOn.catch((error: unknown) => log.error({ error }, 'a window could not be filled'));
  return undefined;
}

type Opened = { readonly window: Window } | { readonly problem: Message };

async function openWindow(
  { runner, log }: ListenerDeps,
  { actor, texts }: InteractionContext,
  view: types.ModalView,
  notOpened: Message,
): Promise<Opened> {
  try {
    const client = await runner.clients.patient(actor.workspace);
    const opening = { trigger_id: actor.triggerId ?? '', view };
    const opened = answer.parse(await (actor.modal ? client.views.push(opening) : client.views.open(opening)));
    return { window: { viewId: opened.view.id, hash: opened.view.hash } };
  } catch (error) {
    const fault = faultOf(error);
    log.warn({ fault }, 'a window could not be opened');
    return { problem: whyNotOpened(fault, texts, notOpened) };
  }
}

/** Slack's codes for a trigger id that came too late. Source: docs.slack.dev/reference/methods/views.open */
const lateCodes: readonly string[] = ['expired_trigger_id', 'exchanged_trigger_id'];

/** What the person had typed stays below. */
function whyNotOpened(fault: SlackFault, texts: Texts, notOpened: Message): Message {
  const [, ...typed] = notOpened.blocks;
  if (isOfTheApp(fault)) {
    return message(texts.accessDenied['app-refused'], ...typed);
  }
  const isLate = fault.kind === 'again' || lateCodes.includes(fault.code);
  return isLate ? notOpened : message(texts.commands.viewRefused(fault.code), ...typed);
}
