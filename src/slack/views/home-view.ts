import type { types } from '@slack/bolt';
import type { Delivery } from '../../domain/delivery.ts';
import type { Identity } from '../../domain/identity.ts';
import type { Texts } from '../../locales/en.ts';
import type { ChannelTask } from '../../tasks/channel-default.ts';
import { actions, button, context, plainText, section } from './blocks.ts';
import { mentionChannel, mrkdwn } from './mrkdwn.ts';
import { type About, excerptBlocks, signFor } from './reply.ts';
import { showTask, showTaskNumber } from './show-task.ts';
import { type Abouts, waitingList, whoAmI } from './status-message.ts';

/** What a person's Home tab tells. */
export type HomeFacts = {
  readonly identity: Identity | undefined;
  readonly open: readonly Delivery[];
  /** Newest first. */
  readonly ended: readonly Delivery[];
  readonly defaults: readonly ChannelTask[];
  readonly abouts: Abouts;
};

/** The Home tab: the link, what waits, what became of the last messages, and how to use the app. */
export function homeView({ identity, open, ended, defaults, abouts }: HomeFacts, texts: Texts): types.HomeView {
  const { home } = texts;
  return {
    type: 'home',
    blocks: [
      header(home.link),
      section(whoAmI(identity, texts)),
      actions(linkButton(identity, open.length, texts)),
      header(home.waiting),
      ...waitingList(open, abouts, texts),
      header(home.history),
      ...(ended.length === 0
        ? [section(home.noHistory)]
        : ended.flatMap((delivery) => historyItem(delivery, abouts.get(delivery.id) ?? {}, texts))),
      ...defaultsPart(defaults, identity, home),
      header(home.help),
      context([home.how]),
    ],
  };
}

/** What is shown to somebody who may not use the app; `words` are mrkdwn. */
export function refusedHomeView(words: string): types.HomeView {
  return { type: 'home', blocks: [section(words)] };
}

/** What is shown while the storage cannot be read. */
export function brokenHomeView(reference: string, { home }: Texts): types.HomeView {
  return { type: 'home', blocks: [section(home.broken(mrkdwn.text(reference)))] };
}

/** Each delivery has a nonce of its own in its replies as well, so that both buttons make one message. */
const sendAgainNonce = 'again';

function historyItem(delivery: Delivery, { excerpt, title }: About, texts: Texts): types.KnownBlock[] {
  const { home, buttons, replies } = texts;
  const { task, state, outcome, hasText, partsDelivered } = delivery;
  const at = mrkdwn.time(delivery.endedAt ?? delivery.acceptedAt);
  const which = excerptBlocks(excerpt, replies);
  const text = `${signFor(delivery)} ${home.item({ task: showTask(delivery, title), at, state })}`;
  if (outcome?.kind === 'delivered' || !hasText) {
    return [...which, section(text)];
  }
  const action = { kind: 'send-again', delivery: delivery.id, nonce: sendAgainNonce } as const;
  const twice = outcome?.kind === 'unknown' || partsDelivered > 0;
  const look = { spoken: home.sendTaskAgain(task), ...(twice ? { confirm: buttons.confirmTwice } : {}) };
  return [...which, section(text, button(buttons.sendAgain, action, look))];
}

/** The default tasks of the person's channels; nothing where there are none. */
function defaultsPart(
  defaults: readonly ChannelTask[],
  identity: Identity | undefined,
  home: Texts['home'],
): types.KnownBlock[] {
  if (defaults.length === 0) {
    return [];
  }
  const lines = defaults.map(({ channel, portal, task }) => {
    const shown =
      identity?.account.portal === portal
        ? showTask({ portal, bitrixUserId: identity.account.userId, task })
        : showTaskNumber(task);
    return home.channelDefault({ channel: mentionChannel(channel) ?? home.direct, task: shown });
  });
  return [header(home.defaults), section(lines.join('\n'))];
}

function linkButton(identity: Identity | undefined, waiting: number, { buttons, home }: Texts): types.Button {
  if (!identity) {
    return button(buttons.link, { kind: 'link' }, { style: 'primary' });
  }
  const confirm = {
    title: buttons.unlink,
    text: home.confirmUnlink(waiting),
    confirm: buttons.unlink,
    deny: buttons.keepLink,
  };
  return button(buttons.unlink, { kind: 'unlink' }, { style: 'danger', confirm });
}

function header(text: string): types.HeaderBlock {
  return { type: 'header', text: plainText(text) };
}
