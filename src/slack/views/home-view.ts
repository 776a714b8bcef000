import type { types } from '@slack/bolt';
import { resentId } from '../../delivery/accept.ts';
import { type Delivery, shownState } from '../../domain/delivery.ts';
import type { Identity } from '../../domain/identity.ts';
import type { Texts } from '../../locales/en.ts';
import type { ChannelTask } from '../../tasks/channel-default.ts';
import { sendAgainNonce } from './action-ids.ts';
import { actions, button, context, menu, plainText, section } from './blocks.ts';
import { mentionChannel, mrkdwn } from './mrkdwn.ts';
import { type About, excerptBlocks, signFor } from './reply.ts';
import { showTask, showTaskNumber } from './show-task.ts';
import { type Abouts, parkedWarning, waitingList, whoAmI, withoutChats } from './status-message.ts';

/** What a person's Home tab shows. */
export type HomeFacts = {
  readonly identity: Identity | undefined;
  /** Deliveries without an outcome yet. */
  readonly open: readonly Delivery[];
  /** The last deliveries with an outcome, newest first. */
  readonly ended: readonly Delivery[];
  /** The default tasks of the person's channels. */
  readonly defaults: readonly ChannelTask[];
  readonly abouts: Abouts;
};

/** The Home tab: buttons, the connection, waiting messages, the outcomes of the last ones, default tasks, and help. */
export function homeView({ identity, open, ended, defaults, abouts }: HomeFacts, texts: Texts): types.HomeView {
  const { home } = texts;
  const isEmpty = open.length === 0 && ended.length === 0;
  const known = new Set([...open, ...ended].map(({ id }) => id));
  return {
    type: 'home',
    blocks: [
      ...(identity ? [actionButtons(open.length, texts)] : []),
      header(home.link),
      section(whoAmI(identity, texts)),
      ...withoutChats(identity, texts),
      ...(identity ? parkedWarning(open, texts) : [section(home.stepsToConnect), connectRow(texts)]),
      ...(identity && isEmpty ? [section(home.stepsToWrite)] : []),
      ...(open.length > 0 ? [header(home.waiting), ...waitingList(open, abouts, texts)] : []),
      ...(ended.length > 0 ? [header(home.history)] : []),
      ...ended.flatMap((delivery) => historyItem(delivery, abouts.get(delivery.id) ?? {}, known, texts)),
      ...defaultsPart(defaults, identity, home),
      ...(identity && !isEmpty ? [header(home.help), context([home.how])] : []),
    ],
  };
}

/** The Home tab of somebody who may not use the app; `words` are mrkdwn. */
export function refusedHomeView(words: string): types.HomeView {
  return { type: 'home', blocks: [section(words)] };
}

/** The Home tab while the storage cannot be read. `reference` finds the error in the log. */
export function brokenHomeView(reference: string, { home }: Texts): types.HomeView {
  return { type: 'home', blocks: [section(home.broken(mrkdwn.text(reference)))] };
}

/**
 * `known`: the ids of all listed deliveries. It is enough to tell that a delivery was sent again: the repeat ends later than
 * the first, so whenever the first is listed the repeat is as well.
 */
function historyItem(
  delivery: Delivery,
  { excerpt, title }: About,
  known: ReadonlySet<string>,
  texts: Texts,
): types.KnownBlock[] {
  const { home, replies } = texts;
  const at = mrkdwn.time(delivery.endedAt ?? delivery.acceptedAt);
  const item = home.item({ task: showTask(delivery, title), at, state: shownState(delivery) });
  const isSentAgain = known.has(resentId(delivery.id, sendAgainNonce));
  const text = `${signFor(delivery)} ${item}${isSentAgain ? ` ${home.sentAgain}` : ''}`;
  const isOver = isSentAgain || delivery.outcome?.kind === 'delivered' || !delivery.hasText;
  return [...excerptBlocks(excerpt, replies), section(text, isOver ? undefined : sendAgain(delivery, texts))];
}

function sendAgain({ id, task, outcome, partsDelivered }: Delivery, { home, buttons }: Texts): types.Button {
  const action = { kind: 'send-again', delivery: id, nonce: sendAgainNonce } as const;
  const twice = outcome?.kind === 'unknown' || partsDelivered > 0;
  const look = { spoken: home.sendTaskAgain(task), ...(twice ? { confirm: buttons.confirmTwice } : {}) };
  return button(buttons.sendAgain, action, look);
}

/** The default tasks of the person's channels; no blocks when there are none. */
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

/** The buttons of a connected person. Disconnecting cannot be undone, so it is in a menu and asks first. */
function actionButtons(waiting: number, { buttons, home }: Texts): types.ActionsBlock {
  return actions(
    button(buttons.writeToTask, { kind: 'write' }, { style: 'primary' }),
    button(buttons.check, { kind: 'check' }),
    menu(
      buttons.unlink,
      { kind: 'unlink' },
      {
        title: buttons.unlink,
        text: home.confirmUnlink(waiting),
        confirm: buttons.unlink,
        deny: buttons.keepLink,
      },
    ),
  );
}

function connectRow({ buttons }: Texts): types.ActionsBlock {
  return actions(button(buttons.link, { kind: 'link' }, { style: 'primary' }));
}

function header(text: string): types.HeaderBlock {
  return { type: 'header', text: plainText(text) };
}
