import type { Delivery } from '../../domain/delivery.ts';
import { taskUrl } from '../../domain/portal.ts';
import type { ShownTask } from '../../locales/shown.ts';
import type { ShownDefault } from '../../tasks/channel-default.ts';
import { linkTo, mrkdwn } from './mrkdwn.ts';

/** The task of a delivery, as a link to its page. `title`: given only when the sender may read it. */
export function showTask(
  { portal, bitrixUserId, task }: Pick<Delivery, 'portal' | 'bitrixUserId' | 'task'>,
  title?: string,
): ShownTask {
  return {
    number: task,
    link: (words) => linkTo(taskUrl(portal, bitrixUserId, task), words),
    ...(title === undefined ? {} : { title: mrkdwn.text(title) }),
  };
}

/** A task without a link, because its address is not known. `title`: given only when the reader may read it. */
export function showTaskNumber(task: number, title?: string): ShownTask {
  return { number: task, link: (words) => words, ...(title === undefined ? {} : { title: mrkdwn.text(title) }) };
}

/** The default task of a channel, as a link with its title where the reader is connected to its portal. */
export function showDefault({ portal, task, bitrixUserId, checked }: ShownDefault): ShownTask {
  const title = checked.kind === 'found' ? checked.title : undefined;
  return bitrixUserId === undefined ? showTaskNumber(task) : showTask({ portal, task, bitrixUserId }, title);
}
