import type { Delivery } from '../../domain/delivery.ts';
import { taskUrl } from '../../domain/portal.ts';
import type { ShownTask } from '../../locales/shown.ts';
import type { ShownDefault } from '../../tasks/channel-default.ts';
import { linkTo, mrkdwn } from './mrkdwn.ts';

/** The task of a delivery, linked to its page as the sender sees it. `title`: where the sender may read it. */
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

/** A task whose address is not at hand: its number in words. `title`: where the reader may know it. */
export function showTaskNumber(task: number, title?: string): ShownTask {
  return { number: task, link: (words) => words, ...(title === undefined ? {} : { title: mrkdwn.text(title) }) };
}

/** The default task of a channel, with what its reader may know of it. */
export function showDefault({ portal, task, bitrixUserId, checked }: ShownDefault): ShownTask {
  const title = checked.kind === 'found' ? checked.title : undefined;
  return bitrixUserId === undefined ? showTaskNumber(task) : showTask({ portal, task, bitrixUserId }, title);
}
