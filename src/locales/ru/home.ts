import type { DeliveryState } from '../../domain/delivery.ts';
import type { Texts } from '../en.ts';
import { countRussian } from '../plural.ts';

const ended: Record<DeliveryState, string> = {
  accepted: 'ждёт',
  sending: 'отправляется',
  delivered: 'доставлено',
  refused: 'не отправлено',
  unknown: 'неизвестно',
  expired: 'не отправлено вовремя',
  cancelled: 'отозвано',
};

/** The Home tab. */
export const home: Texts['home'] = {
  link: 'Ваше подключение к Битрикс24',
  waiting: 'Ждёт отправки',
  history: 'Ваши последние сообщения',
  item: ({ task, at, state }) =>
    `${task.link(`Задача ${task.number}`)}${task.title ? ` «${task.title}»` : ''}, ${at}: *${ended[state]}*.`,
  sentAgain: 'Вы отправили его ещё раз.',
  sendTaskAgain: (task) => `Отправить сообщение в задачу ${task} ещё раз`,
  confirmUnlink: (waiting) =>
    `Приложение удалит ваше подключение. Вебхук в Битрикс24 после этого останется: удалите его там, если он больше ни для чего не нужен.${waiting > 0 ? ` Не будет отправлено: ${countRussian(waiting, { one: 'ожидающее сообщение', few: 'ожидающих сообщения', many: 'ожидающих сообщений' })}.` : ''}`,
  defaults: 'Задачи по умолчанию в ваших каналах',
  channelDefault: ({ channel, task }) => `${channel}: ${task.link(`задача ${task.number}`)}`,
  direct: 'Личная переписка',
  stepsToConnect: [
    '*Пишите из Slack в чаты задач Битрикс24 от своего имени.*',
    '1. Подключите свой Битрикс24 кнопкой ниже.',
    '2. Выберите у любого сообщения _More actions_, затем _Send to Bitrix24 task_; или наберите в канале `/b24task 51 ваше сообщение`.',
    '3. Сообщение появится в чате задачи, а здесь будет видно, что с ним стало.',
  ].join('\n'),
  stepsToWrite: [
    '*За последние 30 дней вы ничего не отправляли.*',
    '1. Нажмите _Написать в задачу_ выше. У чужого сообщения: _More actions_, затем _Send to Bitrix24 task_. В канале: `/b24task 51 ваше сообщение`.',
    '2. Выберите задачу по названию, номеру или ссылке.',
    '3. Сообщение появится в чате задачи, а здесь будет видно, что с ним стало.',
  ].join('\n'),
  help: 'Как пользоваться',
  how: 'Выберите у любого сообщения _More actions_, затем _Send to Bitrix24 task_; это работает и в обсуждениях, которые можно отправить целиком, и в личных сообщениях. Или наберите в канале `/b24task 51 ваше сообщение`. Всё остальное покажет `/b24task help`.',
  broken: (reference) =>
    `Эту страницу сейчас не показать. Откройте её через минуту; если не поможет, сообщите администратору код ${reference}.`,
};
