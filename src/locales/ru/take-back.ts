import type { Texts } from '../en.ts';
import { countRussian } from '../plural.ts';
import type { ShownTask } from '../shown.ts';

const inChatOf = (task: ShownTask) => `${task.link(`задачи ${task.number}`)}${task.title ? ` «${task.title}»` : ''}`;

/** What became of taking back a message that had arrived. */
export const takeBack: Texts['takeBack'] = {
  nothing: 'Отзывать здесь нечего: это сообщение не дошло или было слишком давно.',
  done: (task) => `*Отозвано:* ваше сообщение удалено из чата ${inChatOf(task)}.`,
  partly: ({ task, removed, parts }) =>
    `*Отозвано не всё:* из чата ${inChatOf(task)} удалено ${countRussian(removed, { one: 'сообщение', few: 'сообщения', many: 'сообщений' })} из ${parts}. Остальное там не найдено, или Битрикс24 не даёт его удалить.`,
  not: (task) => `*Не отозвано:* ваше сообщение в чате ${inChatOf(task)}.`,
  notCertain: (task) => `*Неизвестно*, удалено ли ваше сообщение из чата ${inChatOf(task)}: Битрикс24 не ответил.`,
  why: {
    'not-allowed': 'Битрикс24 больше не даёт его удалить, или его там уже удалили.',
    'not-found': 'Приложение не находит его в чате: его изменили или удалили, или оно слишком старое.',
    'other-account': 'Вы написали его от имени другого пользователя Битрикс24, чем тот, под которым подключены сейчас.',
  },
  deleteThere: 'Загляните в задачу и, если получится, удалите его там.',
  givePermission: 'Дайте это право вебхуку и нажмите _Отозвать_ ещё раз или удалите сообщение в задаче.',
  pressAgain: 'Через минуту нажмите _Отозвать_ ещё раз или удалите его в задаче.',
};
