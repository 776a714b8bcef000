import type { types } from '@slack/bolt';
import type { Preview } from '../../delivery/preview.ts';
import type { Announcement } from '../../domain/delivery.ts';
import type { Document, Loss } from '../../domain/document.ts';
import type { Account } from '../../domain/identity.ts';
import type { Texts } from '../../locales/en.ts';
import type { RichText } from '../../translation/rich-text.ts';
import { viewIds } from './action-ids.ts';
import { type AlertLevel, alert, context, longAlert, plainText, section } from './blocks.ts';
import { announceInput, linkInput, taskInput, textInput } from './compose-fields.ts';
import { filesInput, type ShownFiles } from './compose-files.ts';
import { previewBlocks } from './compose-preview.ts';
import { type ShownThread, threadBlocks } from './compose-thread.ts';
import { lossLines } from './delivery-replies.ts';
import { showPortal } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';
import { type PagedText, textPage } from './text-pages.ts';
import { typedBlocks } from './typed-blocks.ts';

/** Said on top, in mrkdwn. */
export type Notice = { readonly level: AlertLevel; readonly text: string; readonly more?: string };

/** What the window is built from. */
export type ComposeShown = {
  readonly metadata: string;
  readonly account: Account;
  /** Of the fixed message; without it, the field holds the whole message. */
  readonly preview: Preview | undefined;
  /** All of the fixed message, where nothing but the draft keeps it. */
  readonly whole?: PagedText | undefined;
  /** Whether there is a message in Slack to link to. */
  readonly linkable: boolean;
  /** What the draft comes with and cannot be carried over, where there is no preview to say so. */
  readonly losses?: readonly Loss[];
  /** The thread that it belongs to. */
  readonly thread?: ShownThread | undefined;
  /** Where files go along: those of the message. */
  readonly files?: ShownFiles | undefined;
  readonly chosen: types.PlainTextOption | undefined;
  /** What the text field begins with; Slack keeps what is in a field that stays. */
  readonly comment: RichText | undefined;
  readonly withLink: boolean;
  /** How the message in Slack would tell that it was passed on, and whether it is to. */
  readonly announce: { readonly as: Announcement['as']; readonly chosen: boolean };
  readonly notice: Notice | undefined;
};

/** The window in which a message is written or passed on. */
export function composeView(shown: ComposeShown, texts: Texts): types.ModalView {
  const { compose } = texts;
  const { preview, metadata, linkable } = shown;
  const below = preview ? previewBlocks(preview, !linkable, texts) : [];
  if (preview?.maxParts !== undefined && !shown.thread?.chosen) {
    const alerted = tooLongAlert(preview.parts, preview.maxParts, texts);
    return tooLongView([alerted, ...(shown.whole ? textPage(shown.whole, 1, texts) : below)], texts);
  }
  return {
    ...runner(texts),
    close: plainText(compose.close),
    callback_id: viewIds.compose,
    private_metadata: metadata,
    clear_on_close: true,
    submit: plainText(compose.submit),
    blocks: [...formBlocks(shown, texts), ...below],
  };
}

/** The form from top to bottom; a field is one line here. */
function formBlocks(shown: ComposeShown, texts: Texts): types.KnownBlock[] {
  const { notice, account, linkable, thread, preview } = shown;
  const postedAs = { name: mrkdwn.text(account.name), portal: showPortal(account.portal) };
  return [
    ...(notice ? longAlert(notice.level, notice.text) : []),
    ...(notice?.more ? [section(notice.more)] : []),
    ...(preview?.maxParts === undefined ? [] : [tooLongAlert(preview.parts, preview.maxParts, texts)]),
    taskInput(shown, texts),
    context([texts.compose.postedAs(postedAs)]),
    ...(thread ? threadBlocks(thread, texts) : []),
    textInput(shown, texts),
    ...lossLines(shown.losses ?? [], texts),
    ...(shown.files ? filesInput(shown.files, texts) : []),
    ...(linkable ? [linkInput(shown, texts), announceInput(shown, texts)] : []),
  ];
}

function tooLongAlert(parts: number, most: number, { compose }: Texts): types.KnownBlock {
  return alert('error', compose.tooLong({ parts, most }));
}

/** Another page of what is too long to be sent. */
export function textPageView(whole: PagedText, page: number, texts: Texts): types.ModalView {
  return tooLongView(textPage(whole, page, texts), texts);
}

/** What no comment can make short enough: there is nothing to fill in, and nothing to send. */
function tooLongView(blocks: types.KnownBlock[], texts: Texts): types.ModalView {
  return {
    ...runner(texts),
    close: plainText(texts.linking.done),
    blocks,
  };
}

/** The same window while it only says something. `typed`: what was in its field and is kept nowhere else. */
export function composeNotice(texts: Texts, paragraphs: readonly string[], typed?: Document): types.ModalView {
  return {
    ...runner(texts),
    close: plainText(texts.linking.done),
    blocks: [...paragraphs.map((text) => section(text)), ...typedBlocks(typed, texts)],
  };
}

function runner({ compose }: Texts): Pick<types.ModalView, 'type' | 'title'> {
  return { type: 'modal', title: plainText(compose.title) };
}
