import type { types } from '@slack/bolt';
import type { Preview } from '../../delivery/preview.ts';
import type { Announcement } from '../../domain/delivery.ts';
import type { Account } from '../../domain/identity.ts';
import type { Texts } from '../../locales/en.ts';
import { fieldIds, viewIds } from './action-ids.ts';
import { alert, context, plainText, section } from './blocks.ts';
import { lossLines } from './delivery-replies.ts';
import { showPortal } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';
import { typedBlocks } from './reply.ts';

/** Slack's limit for what a text field holds. Source: docs.slack.dev, plain-text input element. */
export const maxTypedLength = 3_000;

/** What the window is built from. */
export type ComposeShown = {
  readonly metadata: string;
  readonly account: Account;
  /** Of the fixed message; without it, the field holds the whole message. */
  readonly preview: Preview | undefined;
  /** Whether there is a message in Slack to link to. */
  readonly linkable: boolean;
  readonly chosen: types.PlainTextOption | undefined;
  readonly comment: string;
  readonly withLink: boolean;
  /** How the message in Slack would tell that it was passed on, and whether it is to. */
  readonly announce: { readonly as: Announcement['as']; readonly chosen: boolean };
  /** Said on top, in mrkdwn. */
  readonly notice: string | undefined;
};

/** The window in which a message is written or passed on. */
export function composeView(shown: ComposeShown, texts: Texts): types.ModalView {
  const { compose } = texts;
  const { notice, preview, metadata } = shown;
  if (preview?.maxParts !== undefined) {
    return tooLongView(preview, preview.maxParts, texts);
  }
  return {
    ...runner(texts),
    close: plainText(compose.close),
    callback_id: viewIds.compose,
    private_metadata: metadata,
    clear_on_close: true,
    submit: plainText(compose.submit),
    blocks: [
      ...(notice === undefined ? [] : [alert('info', notice)]),
      taskInput(shown, texts),
      context([compose.postedAs({ name: mrkdwn.text(shown.account.name), portal: showPortal(shown.account.portal) })]),
      textInput(shown, texts),
      ...(shown.linkable ? [linkInput(shown, texts), announceInput(shown, texts)] : []),
      ...(preview ? previewBlocks(preview, texts) : []),
    ],
  };
}

/** What no comment can make short enough: there is nothing to fill in, and nothing to press but the way out. */
function tooLongView(preview: Preview, most: number, texts: Texts): types.ModalView {
  const { compose } = texts;
  return {
    ...runner(texts),
    close: plainText(texts.linking.done),
    blocks: [alert('error', compose.tooLong({ parts: preview.parts, most })), ...previewBlocks(preview, texts)],
  };
}

/** The same window while it only says something. `typed`: what was in its field and is kept nowhere else. */
export function composeNotice(texts: Texts, paragraphs: readonly string[], typed = ''): types.ModalView {
  return {
    ...runner(texts),
    close: plainText(texts.linking.done),
    blocks: [...paragraphs.map((text) => section(text)), ...typedBlocks(typed, texts)],
  };
}

function runner({ compose }: Texts): Pick<types.ModalView, 'type' | 'title'> {
  return { type: 'modal', title: plainText(compose.title) };
}

function taskInput({ chosen }: ComposeShown, { compose }: Texts): types.InputBlock {
  return {
    type: 'input',
    block_id: fieldIds.task.block,
    label: plainText(compose.task),
    hint: plainText(compose.taskHint),
    element: {
      type: 'external_select',
      action_id: fieldIds.task.element,
      placeholder: plainText(compose.taskPlaceholder),
      min_query_length: 0,
      ...(chosen ? { initial_option: chosen } : { focus_on_load: true }),
    },
  };
}

/** A comment above a fixed message may stay empty, if anything of that can be read. */
function textInput({ preview, comment, chosen }: ComposeShown, { compose }: Texts): types.InputBlock {
  const mayStayEmpty = preview !== undefined && preview.text !== '';
  return {
    type: 'input',
    block_id: fieldIds.comment.block,
    label: plainText(preview ? compose.comment : compose.message),
    hint: plainText(mayStayEmpty ? compose.commentHint : compose.messageHint),
    optional: mayStayEmpty,
    element: {
      type: 'plain_text_input',
      action_id: fieldIds.comment.element,
      multiline: true,
      max_length: maxTypedLength,
      ...(comment === '' ? {} : { initial_value: comment }),
      ...(chosen ? { focus_on_load: true } : {}),
    },
  };
}

/** Changing it is told at once, so that the preview stays true. */
function linkInput({ withLink }: ComposeShown, { compose }: Texts): types.InputBlock {
  const option = {
    text: plainText(compose.withLink),
    value: 'link',
    description: plainText(compose.withLinkDetail),
  };
  return {
    type: 'input',
    block_id: fieldIds.withLink.block,
    label: plainText(compose.link),
    optional: true,
    dispatch_action: true,
    element: {
      type: 'checkboxes',
      action_id: fieldIds.withLink.element,
      options: [option],
      ...(withLink ? { initial_options: [option] } : {}),
    },
  };
}

function announceInput({ announce }: ComposeShown, { compose }: Texts): types.InputBlock {
  const option = { text: plainText(compose.announce[announce.as]), value: announce.as };
  return {
    type: 'input',
    block_id: fieldIds.announce.block,
    label: plainText(compose.announce.label),
    hint: plainText(compose.announce.hint),
    optional: true,
    element: {
      type: 'checkboxes',
      action_id: fieldIds.announce.element,
      options: [option],
      ...(announce.chosen ? { initial_options: [option] } : {}),
    },
  };
}

/** Enough to know a message by. */
const maxShownLength = 600;

function previewBlocks(preview: Preview, texts: Texts): types.KnownBlock[] {
  const { compose } = texts;
  const { text, parts, maxParts } = preview;
  const shown = text.length > maxShownLength ? `${text.slice(0, maxShownLength).toWellFormed()}…` : text;
  const left = Math.max(0, text.length - maxShownLength);
  const notes = [
    ...(left > 0 && maxParts === undefined ? [compose.previewCut(left)] : []),
    ...(maxParts === undefined && parts > 1 ? [compose.parts(parts)] : []),
  ];
  return [
    ...(notes.length > 0 ? [context(notes)] : []),
    ...lossLines(preview.losses, texts),
    ...(shown === ''
      ? [alert('warning', compose.previewEmpty)]
      : [...(maxParts === undefined ? [section(compose.preview)] : []), quoted(shown)]),
  ];
}

/** Rich text holds what is read as it is: no mark in it comes alive. */
function quoted(text: string): types.RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text }] }] };
}
