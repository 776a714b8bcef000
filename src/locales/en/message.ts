import type { MessageWords } from '../../domain/message-words.ts';
import { countEnglish } from '../plural.ts';

const posts = { one: 'post', other: 'posts' };

/** Words in a message for what has no text in Slack, such as files and calls. */
export const message: MessageWords = {
  file: 'file',
  canvas: 'canvas',
  list: 'list',
  deletedFile: 'file that was deleted in Slack',
  hiddenFile: 'file that the plan of the Slack workspace hides',
  unseenFile: 'file that Slack does not show to apps',
  huddle: 'Huddle',
  call: 'Call',
  join: 'Join',
  from: 'From',
  forwardedText: 'the text of a forwarded message',
  callLink: 'the link to a call',
  places: {
    channel: 'Slack channel',
    privateChannel: 'private channel',
    directMessage: 'direct message',
    groupMessage: 'group conversation',
  },
  app: 'Slack app',
  via: 'via',
  alsoToChannel: 'also to the channel',
  postsLeftOut: (count) => `[… ${countEnglish(count, posts)} left out here …]`,
};
