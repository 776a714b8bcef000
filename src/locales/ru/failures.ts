import type { RefusedPart } from '../../domain/failure.ts';
import type { Texts } from '../en.ts';
import { listRussian } from '../list.ts';
import { countRussian } from '../plural.ts';
import type { FailureFacts, SafeText } from '../shown.ts';
import { certificateIs } from './certificate.ts';

const permissions = (scopes: readonly SafeText[] = []) =>
  `${scopes.length === 1 ? 'права' : 'прав'} ${listRussian(scopes)}`;
const coded = ({ code }: FailureFacts) => (code ? ` (${code})` : '');
const httpStatus = ({ status }: FailureFacts) => (status ? ` (HTTP ${status})` : '');

const onlyHttps = ({ portal, movedTo }: FailureFacts) =>
  `${portal} принимает только адреса https${movedTo ? ` (${movedTo})` : ''}`;

const parts: Record<RefusedPart, string> = {
  task: 'номер задачи',
  text: 'текст сообщения',
  chat: 'сообщение, скорее всего потому, что у задачи ещё нет чата',
};

/** What happened at the portal, as a whole sentence. */
export const happened: Texts['happened'] = {
  'invalid-request': (facts) =>
    `${facts.portal} не принял ${facts.part ? parts[facts.part] : 'запрос'}${facts.field ? ` из-за поля ${facts.field}` : ''}${coded(facts)}.`,
  'no-access': ({ portal, task }) =>
    `${task ? `На ${portal} нет задачи ${task}` : `На ${portal} нет такой задачи`}, или у вас нет к ней доступа; Битрикс24 не уточняет, что именно.`,
  'credential-rejected': ({ portal, orRights }) =>
    orRights
      ? `${portal} больше не принимает ваше подключение, или у вас там нет прав; Битрикс24 не уточняет, что именно.`
      : `${portal} больше не принимает ваше подключение.`,
  'token-expired': ({ portal }) => `Ваш доступ к ${portal} истёк.`,
  'authorisation-unavailable': ({ portal }) => `${portal} сейчас не может проверить права доступа.`,
  'missing-scope': ({ scopes }) => `У вашего подключения нет ${permissions(scopes)}.`,
  'app-not-allowed': ({ portal }) => `${portal} не разрешает вам пользоваться этим приложением.`,
  'application-gone': ({ portal }) =>
    `Приложения в Битрикс24, через которое работает подключение к ${portal}, больше нет, или его секретный ключ неверен.`,
  plan: ({ portal }) => `В тариф Битрикс24 у ${portal} не входит REST API.`,
  'portal-blocked': ({ portal }) => `Битрикс24 заблокировал REST API на ${portal} из-за перегрузки.`,
  'portal-closed': ({ portal }) =>
    `${portal} закрыт. Если это собственный сервер, администратор открывает его переключателем «Временное закрытие публичной части сайта» в настройках главного модуля.`,
  'https-required': (facts) => `${onlyHttps(facts)}, а у вашего вебхука http.`,
  'portal-too-old': ({ portal }) =>
    `${portal} пока не умеет принимать сообщения в чат задачи: для этого нужна новая карточка задачи (tasks 25.700.0).`,
  throttled: ({ portal }) => `${portal} получает больше запросов, чем принимает за раз.`,
  'method-throttled': ({ portal, until }) =>
    `${portal} не принимает сообщений для задач ${until ? `до: ${until}` : 'несколько минут'}, потому что их было слишком много.`,
  unreachable: ({ portal }) => `Портал ${portal} недоступен.`,
  certificate: ({ portal, certificate }) => certificateIs(portal, certificate),
  'intermediary-refused': (facts) =>
    `Запрос не пропустил прокси-сервер или межсетевой экран перед ${facts.portal}${httpStatus(facts)}; сам Битрикс24 не отвечал.`,
  'no-answer': ({ portal }) => `Связь с ${portal} прервалась раньше, чем пришёл ответ.`,
  'unreadable-answer': ({ portal }) => `${portal} ответил, но это не ответ Битрикс24.`,
  'portal-fault': (facts) => `${facts.portal} сообщил о собственной ошибке${coded(facts)}.`,
  'not-posted': ({ portal, task }) =>
    `${portal} ответил, что сообщение отправлено, но в чате${task ? ` задачи ${task}` : ' задачи'} его нет.`,
  moved: ({ portal, movedTo }) => `${portal} переехал на ${movedTo ?? 'другой адрес'}.`,
  unexpected: (facts) =>
    `${facts.portal} прислал неожиданный ответ${coded(facts)}${facts.status ? `, HTTP ${facts.status}` : ''}.`,
};

/** What is said in the same words after a webhook's URL and after OAuth. */
const withAnyLink: Pick<
  Texts['particularHappened']['webhook'],
  'https-required' | 'portal-too-old' | 'method-throttled' | 'no-answer'
> = {
  'https-required': (facts) => `${onlyHttps(facts)}.`,
  'portal-too-old': ({ portal }) => `${portal} слишком стар для этого приложения (нужен tasks 25.700.0).`,
  'method-throttled': ({ portal, until }) =>
    `${portal} не отвечает на такие запросы ${until ? `до: ${until}` : 'несколько минут'}.`,
  'no-answer': ({ portal }) => `${portal} не ответил.`,
};

/** What happened, for people who connect or ask the doctor. `happened` would speak of a message, task or link there. */
export const particularHappened: Texts['particularHappened'] = {
  doctor: {
    'no-access': ({ portal }) => `${portal} не даёт вашему подключению доступа.`,
  },
  webhook: {
    ...withAnyLink,
    'no-access': ({ portal }) => `${portal} не даёт этому вебхуку доступа.`,
    'credential-rejected': ({ portal, orRights }) =>
      orRights
        ? `${portal} не принимает этот вебхук: адрес неполный, вебхук удалён, или у его владельца нет прав.`
        : `${portal} не знает этого вебхука: адрес неполный, или вебхук удалён.`,
    'token-expired': ({ portal }) => `Этот вебхук на ${portal} истёк.`,
    'authorisation-unavailable': ({ portal }) => `${portal} сейчас не может проверить вебхук.`,
    'missing-scope': ({ scopes }) => `У этого вебхука нет ${permissions(scopes)}.`,
    plan: ({ portal }) => `В тариф Битрикс24 у ${portal} не входят вебхуки.`,
    'intermediary-refused': (facts) =>
      `Запрос не пропустил прокси-сервер или межсетевой экран перед ${facts.portal}${httpStatus(facts)}.`,
  },
  consent: {
    ...withAnyLink,
    'no-access': ({ portal }) => `${portal} не дал приложению доступа.`,
    'credential-rejected': ({ portal }) =>
      `То, что передал приложению ${portal}, уже недействительно: оно живёт только полминуты.`,
    'token-expired': ({ portal }) => `Доступ к ${portal} уже истёк.`,
    'authorisation-unavailable': () => 'Сервер авторизации Битрикс24 не ответил.',
    'missing-scope': ({ scopes }) => `У приложения в Битрикс24 нет ${permissions(scopes)}.`,
    'app-not-allowed': ({ portal }) => `${portal} не пускает это приложение или не пускает в него вас.`,
    plan: ({ portal }) => `В тариф Битрикс24 у ${portal} не входят приложения.`,
    'intermediary-refused': ({ portal }) => `Запрос не пропустил прокси-сервер или межсетевой экран перед ${portal}.`,
    unexpected: (facts) => `Битрикс24 прислал неожиданный ответ${coded(facts)}.`,
  },
};

/** Why a message was not accepted, and what to do now. */
export const acceptFailures: Texts['acceptFailures'] = {
  'not-linked':
    '*Ничего не отправлено:* вы ещё не подключены к Битрикс24.\nПодключитесь один раз; затем вы вернётесь к своему сообщению.',
  'foreign-portal': ({ portal, linked }) =>
    `*Ничего не отправлено:* эта задача на ${portal}, а вы подключены к ${linked}.\nНазовите задачу на ${linked} или подключитесь к ${portal}: \`/b24task connect\`.`,
  'text-empty':
    '*Ничего не отправлено:* в сообщении нет текста, который мог бы показать Битрикс24.\nНапишите что-нибудь после номера задачи.',
  'text-too-long': ({ parts, most, over }) =>
    `*Ничего не отправлено:* текст длиннее допустимого на ${countRussian(over, { one: 'знак', few: 'знака', many: 'знаков' })}: в Битрикс24 получилось бы сообщений: ${parts}, а за раз можно не больше ${most}.\nСократите текст или отправьте его частями.`,
  'too-many-waiting': (most) =>
    `*Ничего не отправлено:* этого портала уже ждут ваши сообщения (${most}), больше приложение не хранит.\nОтправьте, когда часть из них уйдёт, или отзовите лишние через \`/b24task status\`.`,
  'other-version-accepted':
    '*Больше ничего не отправлено:* прежний вариант этой формы уже принят, и о нём придёт свой ответ.\nЧтобы отправить и этот вариант, начните заново.',
  'storage-unavailable':
    '*Ничего не отправлено:* приложение сейчас не может сохранять сообщения.\nОтправьте ещё раз через минуту; если не поможет, сообщите администратору.',
  'storage-unconfirmed':
    '*Не подтверждено:* неизвестно, сохранено ли ваше сообщение.\nЕсли да, сейчас придёт второй ответ. Если его нет, ничего не отправлено: тогда отправьте ещё раз.',
};

/** Why a webhook URL is refused before it is tried, and what to do now. Shown at its field as plain text. */
export const linkFailures: Texts['linkFailures'] = {
  'not-a-webhook-url': () =>
    'Это не адрес входящего вебхука. Он выглядит как https://acme.bitrix24.ru/rest/1/secret/ и показан на странице вебхука.',
  'several-urls': () => 'Это не один адрес. Вставьте адрес одного вебхука и больше ничего.',
  'portal-not-allowed': ({ portal }) =>
    `${portal} подключать здесь нельзя. Возьмите вебхук портала вашей компании или попросите администратора разрешить этот.`,
  'link-overtaken': () =>
    'Этот вебхук не подключён: пока шла проверка, вы отключились или подключились иначе. Как обстоит дело сейчас, покажет /b24task status.',
  'portal-in-folder': ({ portal }) =>
    `На ${portal} Битрикс24 находится в папке, а это приложение работает только с Битрикс24 на собственном доменном имени. Попросите администратора Битрикс24 выделить ему такое имя и вставьте адрес вебхука, созданного там.`,
};
