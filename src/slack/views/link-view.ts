import type { types } from '@slack/bolt';
import type { PortalOrigin } from '../../domain/portal.ts';
import type { Texts } from '../../locales/en.ts';
import { fieldIds, viewIds } from './action-ids.ts';
import { actions, button, context, plainText, section } from './blocks.ts';
import { linkTo, mrkdwn } from './mrkdwn.ts';

/** The limit of the field, in characters. Webhook URLs are shorter. */
const maxUrlLength = 500;

/** What the window shows beside the field. */
export type LinkViewOptions = {
  /** Why the last URL could not be used, as mrkdwn. */
  readonly problem?: string;
  /** Whether people can connect by OAuth as well. */
  readonly offersConnect?: boolean;
  /** The portals that people may connect to. When there is exactly one, the window links to its page of webhooks. */
  readonly portals?: readonly PortalOrigin[] | undefined;
};

/** The window that asks for a webhook's URL, and offers OAuth where that is possible. */
export function linkView(
  { linking, connect }: Texts,
  { problem, offersConnect = false, portals = [] }: LinkViewOptions = {},
): types.ModalView {
  return {
    type: 'modal',
    callback_id: viewIds.link,
    title: plainText(linking.title),
    submit: plainText(linking.submit),
    close: plainText(linking.close),
    blocks: [
      section(problem ?? (offersConnect ? connect.introduction : linking.introduction)),
      context([linking.permissions]),
      ...(offersConnect ? [actions(button(connect.button, { kind: 'connect' }, { style: 'primary' }))] : []),
      ...webhookPage(portals, linking),
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

/**
 * Links to the page where webhooks are made, when people can only connect to one portal. Its path is the same in the cloud
 * and on own servers. Undocumented; many guides for Bitrix24 use it.
 */
function webhookPage(portals: readonly PortalOrigin[], { makeThere }: Texts['linking']): types.KnownBlock[] {
  const [portal, ...others] = portals;
  if (portal === undefined || others.length > 0) {
    return [];
  }
  const host = mrkdwn.text(new URL(portal).host);
  return [context([makeThere(linkTo(`${portal}/devops/section/standard/`, host))])];
}

/** A window with text and no fields. */
export function noticeView({ linking }: Texts, paragraphs: readonly string[]): types.ModalView {
  return {
    type: 'modal',
    title: plainText(linking.title),
    close: plainText(linking.done),
    blocks: paragraphs.map((text) => section(text)),
  };
}
