import type { Linked } from '../../linking/link.ts';
import type { Lacking } from '../../linking/permissions.ts';
import type { Texts } from '../../locales/en.ts';
import { actions, button, type Message, message } from './blocks.ts';
import { showPortal } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';

/** The paragraphs that tell the result of a new connection. */
export function linkedParagraphs({ account, resumed, cancelled, ...lacking }: Linked, texts: Texts): string[] {
  const { linking } = texts;
  return [
    linking.linked({ name: mrkdwn.text(account.name), portal: showPortal(account.portal) }),
    ...(resumed > 0 ? [linking.resumed(resumed)] : []),
    ...(cancelled > 0 ? [linking.cancelledByLink(cancelled)] : []),
    ...lackingSentences(lacking, texts),
    linking.nowWrite,
  ];
}

/** What a connection cannot do because permissions are missing, and how to add them. */
export function lackingSentences({ searches, seesChats }: Lacking, { linking }: Texts): string[] {
  return [...(searches === false ? [linking.noSearch] : []), ...(seesChats === false ? [linking.noChats] : [])];
}

/** The question before disconnecting, when it would cancel `waiting` messages. */
export function unlinkQuestion(waiting: number, { linking, buttons }: Texts): Message {
  return message(
    linking.askUnlink(waiting),
    actions(
      button(buttons.unlink, { kind: 'unlink' }, { style: 'danger' }),
      button(buttons.keepLink, { kind: 'keep-link' }),
    ),
  );
}

/** The answer after disconnecting. `removed`: whether there was a connection; `cancelled`: how many messages it cost. */
export function unlinkedMessage(
  { removed, cancelled }: { readonly removed: boolean; readonly cancelled: number },
  { linking }: Texts,
): Message {
  const what = removed ? linking.unlinked : linking.nothingToUnlink;
  return message(cancelled > 0 ? `${what} ${linking.cancelledByUnlink(cancelled)}` : what);
}
