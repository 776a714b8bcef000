import type { types } from '@slack/bolt';
import { type ButtonAction, encodeAction } from './action-ids.ts';

/** A message of the app. */
export type Message = {
  /** What notifications and screen readers get. */
  readonly text: string;
  /** What is shown. */
  readonly blocks: types.KnownBlock[];
};

/** Slack's limit for the text of a section. Source: docs.slack.dev, Block Kit, text object. */
const maxTextLength = 3_000;

/** A message of one paragraph and what follows it. */
export function message(text: string, ...rest: readonly types.KnownBlock[]): Message {
  return { text, blocks: [section(text), ...rest] };
}

/**
 * The message as several, where its blocks have more text than Slack takes in one that is posted: some 11,000 characters.
 * Source: slackapi/bolt-js#2509 and #2867; undocumented, and not so for response URLs.
 */
export function inPieces({ text, blocks }: Message): readonly Message[] {
  const pieces: types.KnownBlock[][] = [];
  let room = 0;
  for (const block of blocks) {
    const size = JSON.stringify(block).length;
    if (pieces.length === 0 || size > room) {
      pieces.push([]);
      room = maxPosted;
    }
    pieces.at(-1)?.push(block);
    room -= size;
  }
  return pieces.length === 0 ? [{ text, blocks }] : pieces.map((piece) => ({ text, blocks: piece }));
}

/** Of JSON, which has more characters than the text in it. */
const maxPosted = 10_000;

/** A paragraph. Only what is marked up as a link or mention becomes one: names and hosts in it stay as they are. */
export function section(text: string, accessory?: types.Button): types.SectionBlock {
  return { type: 'section', text: verbatim(text), ...(accessory ? { accessory } : {}) };
}

/** Slack's limit for an alert, which only windows may have. Source: docs.slack.dev, alert block. */
const maxAlertLength = 200;

/** How urgent an alert is. */
export type AlertLevel = types.AlertBlock['level'] & string;

/** What must not be overlooked in a window; what is too long for an alert is a paragraph. */
export function alert(level: AlertLevel, text: string): types.AlertBlock | types.SectionBlock {
  return text.length > maxAlertLength ? section(text) : { type: 'alert', level, text: verbatim(text) };
}

/** The same with what follows the first sentences in a paragraph of its own, where all of it is too long for an alert. */
export function longAlert(level: AlertLevel, text: string): types.KnownBlock[] {
  const end = text.length > maxAlertLength ? text.lastIndexOf('. ', maxAlertLength - 1) + 1 : 0;
  return end === 0 ? [alert(level, text)] : [alert(level, text.slice(0, end)), section(text.slice(end + 1))];
}

/** Small print: at most ten lines. */
export function context(lines: readonly string[]): types.ContextBlock {
  return { type: 'context', elements: lines.slice(0, 10).map(verbatim) };
}

/** A row of buttons, with a menu for what is seldom wanted. */
export function actions(...elements: (types.Button | types.Overflow)[]): types.ActionsBlock {
  return { type: 'actions', elements };
}

/** How a button looks and what pressing it does in the client. */
export type ButtonLook = {
  readonly style?: 'primary' | 'danger';
  /** Said in place of the label where the label alone does not tell which thing is meant. */
  readonly spoken?: string;
  /** Opened in the browser. */
  readonly url?: string;
  readonly confirm?: { readonly title: string; readonly text: string; readonly confirm: string; readonly deny: string };
};

/** A button that does `action`. */
export function button(
  label: string,
  action: ButtonAction,
  { style, spoken, url, confirm }: ButtonLook = {},
): types.Button {
  return {
    type: 'button',
    text: plainText(label),
    ...encodeAction(action),
    ...(style ? { style } : {}),
    ...(url ? { url } : {}),
    ...(spoken ? { accessibility_label: spoken } : {}),
    ...(confirm ? { confirm: question(confirm) } : {}),
  };
}

/** An overflow menu of one entry, for an action that should not be pressed by accident. */
export function menu(label: string, action: ButtonAction, confirm: NonNullable<ButtonLook['confirm']>): types.Overflow {
  const { action_id, value = action.kind } = encodeAction(action);
  return { type: 'overflow', action_id, options: [{ text: plainText(label), value }], confirm: question(confirm) };
}

function question({ title, text, confirm, deny }: NonNullable<ButtonLook['confirm']>): types.ConfirmationDialog {
  return { title: plainText(title), text: plainText(text), confirm: plainText(confirm), deny: plainText(deny) };
}

/** Text that is shown as it is. */
export function plainText(text: string): types.PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

function verbatim(text: string): types.MrkdwnElement {
  return { type: 'mrkdwn', text: cut(text), verbatim: true };
}

function cut(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength - 1)}…` : text;
}
