import type { Texts } from '../en.ts';
import { countRussian, pickRussian } from '../plural.ts';

const messages = { one: 'ожидающее сообщение', few: 'ожидающих сообщения', many: 'ожидающих сообщений' };

/** Words on buttons: at most 75 characters, plain text. */
export const buttons: Texts['buttons'] = {
  link: 'Подключить Битрикс24',
  connectAgain: 'Подключить заново',
  tryNow: 'Попробовать сейчас',
  chooseTask: 'Выбрать другую задачу',
  openForm: 'Открыть в форме',
  openTask: 'Открыть задачу',
  cancel: 'Не отправлять',
  cancelTask: (task) => `Не отправлять сообщение в задачу ${task}`,
  takeBack: 'Отозвать',
  takeBackTask: (task) => `Отозвать сообщение из задачи ${task}`,
  sendAgain: 'Отправить снова',
  sendAnyway: 'Отправить ещё раз',
  write: 'Написать',
  writeToTask: 'Написать в задачу',
  check: 'Проверить подключение',
  open: 'Открыть',
  sendThere: 'Отправить',
  asMessage: 'Отправить как сообщение',
  earlierPart: 'Предыдущая часть',
  nextPart: 'Следующая часть',
  unlink: 'Отключить',
  keepLink: 'Не отключать',
  confirmTakeBack: {
    title: 'Отозвать?',
    text: 'Сообщение будет удалено из чата задачи. Кто успел его прочитать, тот прочитал, а в чате останется отметка об удалении.',
    confirm: 'Отозвать',
    deny: 'Оставить',
  },
  confirmTwice: {
    title: 'Отправить снова?',
    text: 'Первая попытка могла дойти. Если отправить снова, сообщение может оказаться в задаче дважды.',
    confirm: 'Отправить снова',
    deny: 'Не отправлять',
  },
};

/** The window for a webhook's URL, and the answers to connecting and disconnecting. */
export const linking: Texts['linking'] = {
  title: 'Подключение Битрикс24',
  submit: 'Подключить',
  close: 'Отмена',
  done: 'Закрыть',
  introduction:
    'Приложение пишет в чаты задач от вашего имени. Для этого нужен входящий вебхук, который вы создаёте в Битрикс24.',
  label: 'Адрес вашего входящего вебхука',
  placeholder: 'https://acme.bitrix24.ru/rest/…',
  makeThere: (place) => `Входящие вебхуки ${place} создаются на этой странице, в разделе _Другое_.`,
  hint: 'В Битрикс24: Приложения, Разработчикам, Готовые сценарии, Другое, Входящий вебхук. Дайте ему права task, tasks и im, сохраните и скопируйте адрес. Это пароль: он хранится зашифрованным и используется только от вашего имени.',
  linked: ({ name, portal }) => `Вы подключены как ${name} на ${portal}.`,
  resumed: (count) =>
    `${countRussian(count, messages)} теперь ${pickRussian(count, { one: 'уйдёт', few: 'уйдут', many: 'уйдут' })}.`,
  cancelledByLink: (count) =>
    `${countRussian(count, messages)} не ${pickRussian(count, { one: 'уйдёт', few: 'уйдут', many: 'уйдут' })}, потому что написано от имени другого пользователя Битрикс24. О каждом придёт отдельный ответ.`,
  noSearch:
    'Поиск задач не работает, потому что нет права `task`. Называйте задачи по номеру или ссылке или добавьте это право в Битрикс24; больше ничего не нужно.',
  noChats:
    'Нет права `im`. С ним передаются и файлы, а если ответ портала потеряется, приложение посмотрит в чате задачи, дошло ли сообщение. Добавьте это право вебхуку в Битрикс24 или попросите администратора добавить его приложению, затем проверьте: `/b24task doctor`.',
  permissions:
    'Нужны права `task` и `tasks`, чтобы находить задачи и писать, и `im`, чтобы передавались файлы и приложение могло посмотреть, дошло ли сообщение. Право `im` открывает все ваши чаты в Битрикс24; приложение пользуется только чатами задач, которые вы называете.',
  nowWrite: 'Теперь напишите в любом канале `/b24task 51 ваше сообщение`.',
  checking: 'Портал опрашивается и пока не ответил. Результат появится здесь.',
  refused: (problem) => `*Не подключено.* ${problem}`,
  notLinked: 'Вы не подключены к Битрикс24.',
  askUnlink: (count) =>
    `*Отключить Битрикс24?* У вас ${countRussian(count, messages)}; после отключения ${pickRussian(count, { one: 'оно не уйдёт', few: 'они не уйдут', many: 'они не уйдут' })}.`,
  unlinked:
    'Отключено: приложение удалило ваш доступ. Если вы создавали для него вебхук, в Битрикс24 он ещё есть; удалите его там, если он больше ни для чего не нужен.',
  nothingToUnlink: 'Вы не подключены к Битрикс24; отключать нечего.',
  cancelledByUnlink: (count) =>
    `${countRussian(count, messages)} не ${pickRussian(count, { one: 'уйдёт', few: 'уйдут', many: 'уйдут' })}.`,
  stayedLinked: 'Подключение осталось; ничего не изменилось.',
};

/** The answer to `/b24task status`. */
export const status: Texts['status'] = {
  linked: ({ name, portal, since }) => `Вы подключены как ${name} на ${portal} (${since}).`,
  connectionBroken: (count) =>
    `*Подключение не работает*, из-за этого ${pickRussian(count, { one: 'ждёт', few: 'ждут', many: 'ждут' })} ${countRussian(count, { one: 'сообщение', few: 'сообщения', many: 'сообщений' })}.`,
  nothingWaits: 'Ничего не ждёт отправки.',
  waiting: (count) => `*${countRussian(count, messages)}:*`,
  item: ({ task, at, why }) =>
    `В ${task.link(`задачу ${task.number}`)}${task.title ? ` «${task.title}»` : ''}, написано: ${at}. ${why}`,
  sending: 'Отправляется прямо сейчас.',
  mayHaveArrived: 'Возможно, уже дошло; приложение это выясняет.',
  nextTry: (at) => `Следующая попытка: ${at}.`,
  until: (at) => `Хранится до: ${at}.`,
  more: (count) => `И ещё ${count}.`,
};
