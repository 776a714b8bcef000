import type { types } from '@slack/bolt';
import type { Texts } from '../../locales/en.ts';
import { fieldIds, viewIds } from './action-ids.ts';
import { actions, button, plainText, section } from './blocks.ts';

/** More than any webhook's address is long. */
const maxUrlLength = 500;

/**
 * The window that asks for a webhook's URL, and offers to connect by consent where that is possible. `problem`: what
 * was wrong with the last one, in mrkdwn.
 */
export function linkView(
  { linking, connect }: Texts,
  { problem, offersConnect = false }: { readonly problem?: string; readonly offersConnect?: boolean } = {},
): types.ModalView {
  return {
    type: 'modal',
    callback_id: viewIds.link,
    title: plainText(linking.title),
    submit: plainText(linking.submit),
    close: plainText(linking.close),
    blocks: [
      section(problem ?? (offersConnect ? connect.introduction : linking.introduction)),
      ...(offersConnect ? [actions(button(connect.button, { kind: 'connect' }, { style: 'primary' }))] : []),
      {
        type: 'input',
        block_id: fieldIds.webhookUrl.block,
        label: plainText(linking.label),
        hint: plainText(linking.hint),
        element: {
          type: 'plain_text_input',
          action_id: fieldIds.webhookUrl.element,
          placeholder: plainText(linking.placeholder),
          max_length: maxUrlLength,
          focus_on_load: true,
        },
      },
    ],
  };
}

/** A window that only says something. */
export function noticeView({ linking }: Texts, paragraphs: readonly string[]): types.ModalView {
  return {
    type: 'modal',
    title: plainText(linking.title),
    close: plainText(linking.done),
    blocks: paragraphs.map((text) => section(text)),
  };
}
