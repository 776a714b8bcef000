import type { Texts } from '../en.ts';
import { listRussian } from '../list.ts';
import type { FailureFacts, SafeText } from '../shown.ts';
import { certificateIs } from './certificate.ts';

const permissions = (scopes: readonly SafeText[] = []) =>
  `${scopes.length === 1 ? 'права' : 'прав'} ${listRussian(scopes)}`;
const coded = ({ code }: FailureFacts) => (code ? ` (${code})` : '');
const httpStatus = ({ status }: FailureFacts) => (status ? ` (HTTP ${status})` : '');

/** What happened at the portal, as a whole sentence. */
export const happened: Texts['happened'] = {
  'invalid-request': (facts) =>
    `${facts.portal} не принял запрос${facts.field ? ` из-за поля ${facts.field}` : ''}${coded(facts)}.`,
  'no-access': ({ portal, task }) =>
    `${task ? `На ${portal} нет задачи ${task}` : `На ${portal} нет такой задачи`}, или у вас нет к ней доступа; Битрикс24 не уточняет, что именно.`,
  'credential-rejected': ({ portal }) => `${portal} больше не принимает ваше подключение.`,
  'token-expired': ({ portal }) => `Ваш доступ к ${portal} истёк.`,
  'authorisation-unavailable': ({ portal }) => `${portal} сейчас не может проверить ничей доступ.`,
  'missing-scope': ({ scopes }) => `У вашего подключения нет ${permissions(scopes)}.`,
  'app-not-allowed': ({ portal }) => `${portal} не разрешает вам пользоваться этим приложением.`,
  plan: ({ portal }) => `В тариф Битрикс24 у ${portal} не входит REST API.`,
  'portal-blocked': ({ portal }) => `Битрикс24 заблокировал REST API на ${portal} из-за перегрузки.`,
  'portal-closed': ({ portal }) => `${portal} закрыт.`,
  'https-required': ({ portal }) => `${portal} принимает только адреса https, а у вашего вебхука http.`,
  'portal-too-old': ({ portal }) =>
    `${portal} пока не умеет принимать сообщения в чат задачи: для этого нужна новая карточка задачи (tasks 25.700.0).`,
  throttled: ({ portal }) => `${portal} получает больше запросов, чем принимает за раз.`,
  'method-throttled': ({ portal, until }) =>
    `${portal} не принимает сообщений для задач ${until ? `до: ${until}` : 'несколько минут'}, потому что их было слишком много.`,
  unreachable: ({ portal }) => `До ${portal} не удаётся достучаться.`,
  certificate: ({ portal, certificate }) => certificateIs(portal, certificate),
  'intermediary-refused': (facts) =>
    `Что-то перед ${facts.portal}, например прокси или межсетевой экран, не пропустило запрос${httpStatus(facts)}; сам Битрикс24 не отвечал.`,
  'no-answer': ({ portal }) => `Связь с ${portal} прервалась раньше, чем пришёл ответ.`,
  'unreadable-answer': ({ portal }) => `${portal} ответил, но не так, как отвечает Битрикс24.`,
  'portal-fault': (facts) => `${facts.portal} сообщил о собственной ошибке${coded(facts)}.`,
  moved: ({ portal, movedTo }) => `${portal} переехал на ${movedTo ?? 'другой адрес'}.`,
  unexpected: (facts) =>
    `${facts.portal} ответил что-то неожиданное${coded(facts)}${facts.status ? `, HTTP ${facts.status}` : ''}.`,
};

const linkAgain = 'Подключитесь заново: `/b24task link`, с новым входящим вебхуком, если подключались им.';
const askAdministrator = 'Спросите об этом администратора Битрикс24, затем отправьте сообщение ещё раз.';
const fromTheApp = 'Это ошибка приложения, а не вашего сообщения: покажите этот текст администратору.';
const noStep = 'От вас ничего не нужно.';

/** The one next step of the sender after what happened. */
export const steps: Texts['steps'] = {
  'invalid-request': fromTheApp,
  'no-access': 'Проверьте номер или попросите участника задачи добавить вас; затем отправьте сообщение ещё раз.',
  'credential-rejected': linkAgain,
  'token-expired': 'Подключитесь заново: `/b24task link`.',
  'authorisation-unavailable': noStep,
  'missing-scope':
    'Дайте вебхуку права `task` и `tasks` или попросите администратора дать их приложению, затем подключитесь заново: `/b24task link`.',
  'app-not-allowed': 'Попросите администратора Битрикс24 разрешить его вам, затем отправьте сообщение ещё раз.',
  plan: askAdministrator,
  'portal-blocked':
    'Попросите администратора Битрикс24 написать в поддержку Битрикс24; когда блокировку снимут, отправьте сообщение ещё раз.',
  'portal-closed': askAdministrator,
  'https-required': 'Подключитесь заново (`/b24task link`) с адресом вебхука, который начинается с https.',
  'portal-too-old': 'Попросите администратора Битрикс24 обновить портал, затем отправьте сообщение ещё раз.',
  throttled: noStep,
  'method-throttled': noStep,
  unreachable: noStep,
  certificate: 'Сообщите администратору. Когда это исправят, сообщение уйдёт само.',
  'intermediary-refused':
    'Дело может быть в тексте сообщения или его размере: измените или сократите его и отправьте снова. Если не поможет, обратитесь к администратору.',
  'no-answer': noStep,
  'unreadable-answer': noStep,
  'portal-fault': noStep,
  moved: 'Подключитесь заново по новому адресу: `/b24task link`.',
  unexpected: fromTheApp,
};

/** Why a message was not taken, and what to do now. */
export const acceptFailures: Texts['acceptFailures'] = {
  'not-linked':
    '*Ничего не отправлено:* вы ещё не подключены к Битрикс24. Подключитесь один раз и отправьте сообщение снова.',
  'foreign-portal': ({ portal, linked }) =>
    `*Ничего не отправлено:* эта задача на ${portal}, а вы подключены к ${linked}. Назовите задачу на ${linked} или подключитесь к ${portal}: \`/b24task link\`.`,
  'text-empty':
    '*Ничего не отправлено:* в сообщении нет текста, который мог бы показать Битрикс24. Напишите что-нибудь после номера задачи.',
  'text-too-long': ({ parts, most }) =>
    `*Ничего не отправлено:* в Битрикс24 получилось бы сообщений: ${parts}, а за раз можно не больше ${most}. Сократите текст или отправьте его частями.`,
  'other-version-accepted':
    '*Больше ничего не отправлено:* прежний вариант этой формы уже принят, и о нём придёт свой ответ. Чтобы отправить и этот вариант, начните заново.',
  'storage-unavailable':
    '*Ничего не отправлено:* приложение сейчас не может сохранять сообщения. Отправьте ещё раз через минуту; если не поможет, сообщите администратору.',
  'storage-unconfirmed':
    '*Не подтверждено:* неизвестно, сохранено ли ваше сообщение. Если да, сейчас придёт второй ответ. Если его нет, ничего не отправлено: тогда отправьте ещё раз.',
};

const laterAgain = 'Попробуйте ещё раз через минуту.';

/** What is wrong with a webhook URL, shown at its field as plain text. */
export const linkFailures: Texts['linkFailures'] = {
  'not-a-webhook-url': () =>
    'Это не адрес входящего вебхука. Он выглядит как https://acme.bitrix24.ru/rest/1/secret/ и показан на странице вебхука.',
  'portal-not-allowed': ({ portal }) =>
    `${portal} подключать здесь нельзя. Возьмите вебхук портала вашей компании или попросите администратора разрешить этот.`,
  'portal-in-folder': ({ portal }) =>
    `На ${portal} Битрикс24 находится в папке, а это приложение работает только с Битрикс24 на собственном доменном имени. Попросите администратора Битрикс24 выделить ему такое имя и вставьте адрес вебхука, созданного там.`,
  'invalid-request': (facts) => `${facts.portal} не принял запрос${coded(facts)}. Сообщите администратору.`,
  'no-access': ({ portal }) => `${portal} не даёт этому вебхуку доступа. Создайте новый и вставьте его адрес.`,
  'credential-rejected': ({ portal }) =>
    `${portal} не знает этого вебхука: адрес неполный, или вебхук удалён. Скопируйте адрес из Битрикс24 целиком ещё раз.`,
  'token-expired': ({ portal }) => `Этот вебхук на ${portal} истёк. Создайте новый и вставьте его адрес.`,
  'authorisation-unavailable': ({ portal }) => `${portal} сейчас не может проверить вебхук. ${laterAgain}`,
  'missing-scope': ({ scopes }) =>
    `У этого вебхука нет ${permissions(scopes)}. Добавьте недостающее в Битрикс24, сохраните и подключитесь снова.`,
  'app-not-allowed': ({ portal }) =>
    `${portal} не разрешает вам пользоваться этим приложением. Попросите администратора Битрикс24 разрешить его вам.`,
  plan: ({ portal }) => `В тариф Битрикс24 у ${portal} не входят вебхуки. Спросите об этом администратора Битрикс24.`,
  'portal-blocked': ({ portal }) =>
    `Битрикс24 заблокировал REST API на ${portal}. Попросите администратора Битрикс24 написать в поддержку Битрикс24.`,
  'portal-closed': ({ portal }) => `${portal} закрыт. Спросите об этом администратора Битрикс24.`,
  'https-required': ({ portal }) => `${portal} принимает только https. Вставьте адрес, который начинается с https.`,
  'portal-too-old': ({ portal }) =>
    `${portal} слишком стар для этого приложения (нужен tasks 25.700.0). Попросите администратора Битрикс24 обновить его.`,
  throttled: ({ portal }) => `${portal} получает больше запросов, чем принимает за раз. ${laterAgain}`,
  'method-throttled': ({ portal, until }) =>
    `${portal} не отвечает на такие запросы ${until ? `до: ${until}` : 'несколько минут'}. Попробуйте ещё раз после этого.`,
  unreachable: ({ portal }) =>
    `До ${portal} не удаётся достучаться. Проверьте адрес; если он верен, попробуйте ещё раз через минуту.`,
  certificate: ({ portal, certificate }) =>
    `${certificateIs(portal, certificate)} Спросите об этом администратора, затем подключитесь снова.`,
  'intermediary-refused': (facts) =>
    `Что-то перед ${facts.portal}, например прокси или межсетевой экран, не пропустило запрос${httpStatus(facts)}. Проверьте адрес; если он верен, обратитесь к администратору.`,
  'no-answer': ({ portal }) => `${portal} не ответил. ${laterAgain}`,
  'unreadable-answer': ({ portal }) =>
    `${portal} ответил, но не так, как отвечает Битрикс24. Проверьте адрес; если он верен, обратитесь к администратору Битрикс24.`,
  'portal-fault': (facts) => `${facts.portal} сообщил о собственной ошибке${coded(facts)}. ${laterAgain}`,
  moved: ({ portal, movedTo }) =>
    `${portal} переехал на ${movedTo ?? 'другой адрес'}. Создайте вебхук там и вставьте его адрес.`,
  unexpected: (facts) =>
    `${facts.portal} ответил что-то неожиданное${coded(facts)}${facts.status ? `, HTTP ${facts.status}` : ''}. Проверьте адрес.`,
};
