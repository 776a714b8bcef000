import type { types } from '@slack/bolt';
import type { Account } from '../../domain/identity.ts';
import type { PortalOrigin } from '../../domain/portal.ts';
import type { Texts } from '../../locales/en.ts';
import { plain } from '../../locales/shown.ts';
import { fieldIds, viewIds } from './action-ids.ts';
import { actions, button, context, type Message, message, plainText, section } from './blocks.ts';
import { showPortal } from './describe-failure.ts';
import { noticeView } from './link-view.ts';
import { mrkdwn } from './mrkdwn.ts';

const maxAddressLength = 300;

/** Slack's limits for a select. Source: docs.slack.dev, Block Kit, static select and option object. */
const maxOptions = 100;
const maxOptionLength = { text: 75, value: 150 };

/** The window that asks for the portal: one of `allowed` where a list can hold them, or whichever the person names. */
export function portalView({ connect }: Texts, allowed: readonly PortalOrigin[] | undefined): types.ModalView {
  const { block, element } = fieldIds.portal;
  const portals = allowed && fitsList(allowed) ? allowed : undefined;
  return {
    type: 'modal',
    callback_id: viewIds.connect,
    title: plainText(connect.title),
    submit: plainText(connect.next),
    close: plainText(connect.close),
    blocks: [
      section(connect.askPortal),
      {
        type: 'input',
        block_id: block,
        label: plainText(connect.portalLabel),
        ...(portals ? {} : { hint: plainText(connect.portalHint) }),
        element: portals
          ? { type: 'static_select', action_id: element, options: portals.map(option) }
          : {
              type: 'plain_text_input',
              action_id: element,
              placeholder: plainText(connect.portalPlaceholder),
              max_length: maxAddressLength,
              focus_on_load: true,
            },
      },
    ],
  };
}

/** The window from which the person goes to the portal in their browser. It is called `window` to be found again. */
export function authorizationView(
  { portal, address, window }: { readonly portal: PortalOrigin; readonly address: string; readonly window: string },
  { connect }: Texts,
): types.ModalView {
  return {
    type: 'modal',
    external_id: window,
    title: plainText(connect.title),
    close: plainText(connect.close),
    blocks: [
      section(connect.depart(showPortal(portal))),
      actions({ ...button(connect.open, { kind: 'set-out' }, { style: 'primary' }), url: address }),
      context([connect.departOnce]),
    ],
  };
}

/** The window that asks whether an account is the person's own. */
export function confirmView(grant: string, account: Account, texts: Texts): types.ModalView {
  const { connect } = texts;
  const { block, element } = fieldIds.number;
  return {
    type: 'modal',
    callback_id: viewIds.confirm,
    private_metadata: grant,
    title: plainText(connect.title),
    submit: plainText(connect.confirm),
    close: plainText(connect.close),
    blocks: [
      section(question(account, texts)),
      {
        type: 'input',
        block_id: block,
        label: plainText(connect.numberLabel),
        hint: plainText(connect.numberHint),
        element: { type: 'plain_text_input', action_id: element, max_length: 20, focus_on_load: true },
      },
      section(connect.onlyYours),
      actions(button(connect.notMe, { kind: 'decline-connection', grant }, { style: 'danger' })),
    ],
  };
}

/** The same question as a message, for a person who has closed the window. */
export function confirmMessage(grant: string, account: Account, texts: Texts): Message {
  const { connect } = texts;
  return message(
    question(account, texts),
    section(connect.onlyYours),
    actions(
      button(connect.confirm, { kind: 'confirm-connection', grant }, { style: 'primary' }),
      button(connect.notMe, { kind: 'decline-connection', grant }, { style: 'danger' }),
    ),
  );
}

/** A window that ends the connecting: closing it closes those below as well. */
export function endView(texts: Texts, paragraphs: readonly string[]): types.ModalView {
  return { ...noticeView(texts, paragraphs), title: plainText(texts.connect.title), clear_on_close: true };
}

function question({ name, portal }: Account, { connect }: Texts): string {
  return connect.question({ name: mrkdwn.text(name), portal: showPortal(portal) });
}

function fitsList(portals: readonly PortalOrigin[]): boolean {
  return portals.length <= maxOptions && portals.every(({ length }) => length <= maxOptionLength.value);
}

function option(portal: PortalOrigin): types.PlainTextOption {
  return { text: plainText(showPortal(portal, plain).slice(0, maxOptionLength.text)), value: portal };
}
