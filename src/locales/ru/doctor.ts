import type { Texts } from '../en.ts';
import { listRussian } from '../list.ts';
import { countRussian, pickRussian } from '../plural.ts';

const messages = { one: 'сообщение', few: 'сообщения', many: 'сообщений' };

/** The answer to `/b24task doctor`: one line for each thing, OK or what to do. */
export const doctor: Texts['doctor'] = {
  names: {
    slackToken: 'Slack, доступ',
    slackScopes: 'Slack, права',
    storage: 'Хранилище',
    link: 'Ваше подключение к Битрикс24',
    portal: 'Портал',
    credential: 'Доступ к порталу',
    scopes: 'Права в Битрикс24',
    'task-chat': 'Чаты задач (новая карточка задачи)',
    parked: 'Ожидающие сообщения',
    key: 'Защита от повторов',
    pacing: 'Запас запросов',
  },
  allFine: '*Всё работает.*',
  toMend: (count) => `*Нужно исправить: ${countRussian(count, { one: 'пункт', few: 'пункта', many: 'пунктов' })}.*`,
  fine: (name, detail) => `${name}: *в порядке*${detail === undefined ? '' : `, ${detail}`}`,
  wrong: (name, what) => `${name}: *не в порядке.* ${what}`,
  unknown: (name, what) => `${name}: *пока неизвестно.* ${what}`,
  unavailable: (name, what) => `${name}: *нет.* ${what}`,
  unchecked: (names) => `*Не проверено*, потому что сначала нужно остальное: ${names.join('; ')}.`,
  tokenRefused: (code) =>
    `Slack не принимает токен приложения (${code}). Попросите администратора приложения установить его заново.`,
  slackSilent: 'Slack не ответил приложению. Проверьте снова через минуту.',
  scopesUntold: 'Slack их не назвал.',
  slackScopesMissing: (scopes) =>
    `Приложению не хватает прав: ${listRussian(scopes)}. Попросите администратора приложения установить его заново с нынешним манифестом.`,
  slackScopesWithout: (name, scopes) =>
    `${name}: *в порядке*, без необязательных ${listRussian(scopes)}: где они нужны, приложение об этом скажет.`,
  noStorage:
    'Приложению недоступно его хранилище, поэтому ничего не отправить. Проверьте снова через минуту; если не пройдёт, сообщите администратору приложения.',
  linked: (name) => `вы там ${name}`,
  notLinked: 'Вы не подключены. Подключитесь: `/b24task connect`.',
  scopesMissing: (scopes) =>
    `Не хватает: ${listRussian(scopes)}. Дайте вашему вебхуку в Битрикс24 права \`task\`, \`tasks\` и \`im\` и подключитесь снова через \`/b24task connect\`; если вы подключились без вебхука, обратитесь к администратору приложения.`,
  cardOff: (portal) =>
    `${portal} не пускает вас в чаты задач; похоже, новая карточка задачи там выключена. Попросите администратора Битрикс24 включить её.`,
  connectionRejected: (portal) => `${portal} больше не принимает ваше подключение.`,
  addressRefused: (portal) =>
    `Приложению нельзя соединяться с ${portal}: его администратор разрешил только другие порталы, или это имя ведёт на непубличный адрес. Всё, что вы отправите тем временем, подождёт. Сообщите администратору приложения: порталы он разрешает в \`BITRIX24_PORTALS\`.`,
  parked: (count) =>
    `${pickRussian(count, { one: 'Ждёт', few: 'Ждут', many: 'Ждут' })} ${countRussian(count, messages)}, пока ваше подключение не заработает или не появится новое.`,
  released: (count) =>
    `подключение работает, и ${pickRussian(count, { one: 'уходит', few: 'уходят', many: 'уходят' })} ${countRussian(count, messages)} из ожидавших`,
  keyUnseen: 'Это покажет первое доставленное сообщение.',
  keyIgnored:
    'Этот портал не узнаёт повторный запрос. Поэтому, если ответ потеряется, приложение не отправит сообщение снова, а скажет вам, что точно неизвестно. Обновление Битрикс24 может это изменить.',
  room: ({ left, burst, perSecond }) => `сразу ${left} из ${burst}, и ещё ${perSecond} каждую секунду`,
  noRoom: (name) =>
    `${name}: *сейчас весь занят.* Сообщения подождут несколько секунд и уйдут сами; вам ничего делать не нужно.`,
};
