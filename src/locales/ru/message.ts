import type { Texts } from '../en.ts';
import { countRussian } from '../plural.ts';

const posts = { one: 'сообщение', few: 'сообщения', many: 'сообщений' };

/** Words in a message for what has no text in Slack, such as files and calls. */
export const message: Texts['message'] = {
  file: 'файл',
  canvas: 'холст',
  list: 'список',
  deletedFile: 'файл, удалённый в Slack',
  hiddenFile: 'файл, скрытый тарифом Slack',
  unseenFile: 'файл, который Slack не показывает приложениям',
  huddle: 'Созвон (huddle)',
  call: 'Звонок',
  join: 'Присоединиться',
  from: 'От',
  forwardedText: 'текст пересланного сообщения',
  callLink: 'ссылку на звонок',
  places: {
    channel: 'канал Slack',
    privateChannel: 'закрытый канал',
    directMessage: 'личное сообщение',
    groupMessage: 'групповая беседа',
  },
  app: 'приложение Slack',
  via: 'через',
  alsoToChannel: 'также в канал',
  postsLeftOut: (count) => `[… здесь пропущено ${countRussian(count, posts)} …]`,
};
