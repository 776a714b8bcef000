import { z } from 'zod';
import type { Actor } from './actor.ts';
import { commandActor, commandOrigin, interactionActor, interactionOrigin } from './read-actor.ts';
import { type View, viewBody, viewOf } from './view.ts';

/**
 * What somebody did in Slack. `id` tells what it was done with: the name of a command, and what the manifest or a view
 * of this app calls a shortcut, an element or a view. Other fields of Slack's bodies are not read.
 */
export type Interaction =
  | CommandTyped
  | MessageShortcut
  | GlobalShortcut
  | BlockAction
  | ViewSubmission
  | OptionsRequest
  | Unsupported;

/** A slash command. */
export type CommandTyped = {
  readonly kind: 'command';
  readonly id: string;
  readonly actor: Actor;
  /** What stands after it, with Slack's escapes. */
  readonly text: string;
};

/** A shortcut in the menu of a message. */
export type MessageShortcut = {
  readonly kind: 'message-shortcut';
  readonly id: string;
  readonly actor: Actor;
  readonly messageTs: string;
  /** The message as Slack sends it. */
  readonly message: Readonly<Record<string, unknown>>;
  /** `name` is empty where Slack does not tell it. */
  readonly channel: { readonly id: string; readonly name: string };
  /** The first part of the workspace's host name. */
  readonly teamDomain?: string;
  /** The message that the thread began with, where this one is in a thread. */
  readonly threadTs?: string;
};

/** A shortcut in the search and the ⚡ menu of Slack: it is used in no conversation, and has no response URL. */
export type GlobalShortcut = {
  readonly kind: 'global-shortcut';
  readonly id: string;
  readonly actor: Actor;
};

/** A button that was pressed, or another element that was changed. */
export type BlockAction = {
  readonly kind: 'block-action';
  readonly id: string;
  readonly actor: Actor;
  /** What a button carries. */
  readonly value?: string;
  /** The view in which it is; in a message there is none. */
  readonly view?: View;
};

/** A view that was submitted. */
export type ViewSubmission = {
  readonly kind: 'view-submission';
  readonly id: string;
  readonly actor: Actor;
  readonly view: View;
};

/** A select whose options are asked for. */
export type OptionsRequest = {
  readonly kind: 'options';
  readonly id: string;
  readonly actor: Actor;
  readonly typed: string;
  readonly view?: View;
};

/** Anything else that somebody can do: what Slack calls legacy. */
export type Unsupported = { readonly kind: 'unsupported'; readonly actor: Actor };

const commandBody = commandOrigin.extend({ command: z.string().default(''), text: z.string().nullish() });

const shortcutBody = z.discriminatedUnion('type', [
  interactionOrigin.extend({
    type: z.literal('message_action'),
    callback_id: z.string(),
    message_ts: z.string(),
    message: z.looseObject({ thread_ts: z.string().nullish() }),
    channel: z.object({ id: z.string().min(1), name: z.string().default('') }),
  }),
  interactionOrigin.extend({ type: z.literal('shortcut'), callback_id: z.string() }),
]);

const actionBody = interactionOrigin.extend({
  // The elements of legacy messages have no ids of this kind.
  actions: z.array(z.object({ action_id: z.string(), value: z.string().nullish() })).catch([]),
  view: viewBody.nullish(),
});

const submissionBody = interactionOrigin.extend({ view: viewBody });

const optionsBody = interactionOrigin.extend({
  action_id: z.string().default(''),
  value: z.string().default(''),
  view: viewBody.nullish(),
});

/** Reads a slash command. Each reader throws where Slack's fields are not there; `at` is when it came, epoch ms. */
export function readCommand(body: unknown, at: number): CommandTyped {
  const { command, text, ...origin } = commandBody.parse(body);
  return { kind: 'command', id: command, actor: commandActor(origin, at), text: text ?? '' };
}

/** Reads a shortcut. */
export function readShortcut(body: unknown, at: number): MessageShortcut | GlobalShortcut {
  const received = shortcutBody.parse(body);
  const actor = interactionActor(received, at);
  if (received.type === 'shortcut') {
    return { kind: 'global-shortcut', id: received.callback_id, actor };
  }
  const { callback_id, message_ts, message, channel, team } = received;
  return {
    kind: 'message-shortcut',
    id: callback_id,
    actor,
    messageTs: message_ts,
    message,
    channel,
    ...(team?.domain ? { teamDomain: team.domain } : {}),
    ...(message.thread_ts ? { threadTs: message.thread_ts } : {}),
  };
}

/** Reads a pressed button or a changed element. */
export function readBlockAction(body: unknown, at: number): BlockAction | Unsupported {
  const { actions, ...origin } = actionBody.parse(body);
  const actor = interactionActor(origin, at);
  const [action] = actions;
  if (!action) {
    return { kind: 'unsupported', actor };
  }
  return {
    kind: 'block-action',
    id: action.action_id,
    actor,
    ...(action.value ? { value: action.value } : {}),
    ...(origin.view ? { view: viewOf(origin.view) } : {}),
  };
}

/** Reads a submitted view. */
export function readSubmission(body: unknown, at: number): ViewSubmission {
  const origin = submissionBody.parse(body);
  return {
    kind: 'view-submission',
    id: origin.view.callback_id,
    actor: interactionActor(origin, at),
    view: viewOf(origin.view),
  };
}

/** Reads the question for the options of a select. */
export function readOptions(body: unknown, at: number): OptionsRequest {
  const { action_id, value, ...origin } = optionsBody.parse(body);
  return {
    kind: 'options',
    id: action_id,
    actor: interactionActor(origin, at),
    typed: value,
    ...(origin.view ? { view: viewOf(origin.view) } : {}),
  };
}
