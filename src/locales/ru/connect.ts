import type { Texts } from '../en.ts';
import { countRussian } from '../plural.ts';
import { steps } from './steps.ts';

/** Connecting by consent, in Slack. */
export const connect: Texts['connect'] = {
  title: 'Подключение Битрикс24',
  button: 'Подключить через Битрикс24',
  introduction:
    'Приложение пишет в чаты задач от вашего имени. *Подключите его через Битрикс24* и дайте там согласие или введите адрес входящего вебхука, который вы создаёте в Битрикс24.',
  askPortal: 'В каком Битрикс24 вы работаете?',
  portalLabel: 'Ваш Битрикс24',
  portalHint: 'Его адрес в браузере, например acme.bitrix24.ru.',
  portalPlaceholder: 'например, acme.bitrix24.ru',
  next: 'Продолжить',
  close: 'Закрыть',
  depart: (portal) =>
    `*Дайте согласие на ${portal} и вернитесь сюда.* Затем это окно попросит подтвердить, кто вы там.`,
  departOnce: 'Кнопка действует один раз и десять минут. Она только для вас: никому не передавайте её адрес.',
  open: 'Открыть Битрикс24',
  question: ({ name, portal }) =>
    `*Подключить вас как ${name} на ${portal}?* Тогда приложение будет писать в чаты задач от имени ${name}.`,
  onlyYours: 'Если это не вы или вы этого не начинали, нажмите *Это не я*: тогда ничего не подключится.',
  numberLabel: 'Число в вашем браузере',
  numberHint: 'Четыре цифры на странице, которая сейчас открыта в вашем браузере. Никогда не берите их у других.',
  confirm: 'Подтвердить',
  notMe: 'Это не я',
  wrongNumber: (triesLeft) =>
    `В браузере другое число. Осталось ${countRussian(triesLeft, { one: 'попытка', few: 'попытки', many: 'попыток' })}.`,
  gone: '*Подтверждать больше нечего:* на вопрос уже ответили, он слишком старый или число слишком часто вводили неверно. `/b24task status` покажет, подключены ли вы, а `/b24task connect` начнёт заново.',
  declined: '*Ничего не подключено.* То, что Битрикс24 передал приложению, удалено.',
  notAnAddress: 'Это не адрес портала. Он выглядит как acme.bitrix24.ru.',
  portalNotAllowed: (portal) =>
    `${portal} подключать здесь нельзя. Возьмите портал вашей компании или попросите администратора разрешить этот.`,
};

/** Connecting by consent, in the browser. */
export const pages: Texts['pages'] = {
  product: 'b24task',
  startAuthorization: (portal) => ({
    heading: 'Подключить Slack к Битрикс24',
    paragraphs: [
      `На следующей странице ${portal} спросит, можно ли этому приложению работать с вашими задачами. Если вы согласитесь, отправленное из Slack будет появляться в чатах задач под вашим именем.`,
      'Продолжайте, только если вы сами нажали кнопку в Slack. Если эту ссылку вам прислали, закройте страницу.',
    ],
  }),
  authorizationLink: (portal) => `Перейти на ${portal}`,
  confirmInSlack: ({ name, portal }) => ({
    heading: 'Теперь подтвердите в Slack',
    paragraphs: [
      `Вы дали согласие как ${name} на ${portal}. Пока ничего не подключено: вернитесь в Slack, приложение спросит там это число.`,
    ],
  }),
  number: 'Ваше число',
  keepNumber: 'Введите его в Slack сами и никому не сообщайте. После этого страницу можно закрыть.',
  openSlack: 'Открыть Slack',
  backToSlack: 'Вернуться в Slack',
  linkNotValid: {
    heading: 'Ссылка недействительна',
    paragraphs: [
      'Она неполная, старше десяти минут или уже использована.',
      'Если Slack просит подтверждения, ответьте там. Иначе подключитесь заново в Slack: /b24task connect.',
    ],
  },
  otherBrowser: {
    heading: 'Открыто в другом браузере',
    paragraphs: [
      'Эта страница должна открыться в том браузере, в котором вы начали подключение, и он должен принимать файлы cookie. Ничего не подключено.',
      'Если вы ничего не начинали, закройте страницу. Если начинали, подключитесь заново в Slack: /b24task connect.',
    ],
  },
  notTold: {
    heading: 'Slack не принял вопрос',
    paragraphs: [
      'Приложение не смогло спросить вас в Slack, ваша ли это учётная запись. Ничего не подключено.',
      steps.wait.consent,
    ],
  },
  failed: 'Не подключено',
  broken: (reference) => ({
    heading: 'В приложении произошла ошибка',
    paragraphs: [
      `Ничего не подключено. ${steps.wait.consent}`,
      `Если не пройдёт, сообщите администратору этот номер: ${reference}`,
    ],
  }),
};

/** Why the portal of a consent is not taken: what happened, and the next step. */
export const connectFailures: Texts['connectFailures'] = {
  'not-a-webhook-url': () => ['Это не адрес портала.', steps['link-again'].consent],
  'several-urls': () => ['Это не один адрес.', steps['link-again'].consent],
  'portal-not-allowed': ({ portal }) => [
    `Ответ пришёл не для того портала, который вы выбрали, или этот портал подключать здесь нельзя (${portal}).`,
    steps['link-again'].consent,
  ],
  'link-overtaken': () => ['Тем временем вы отключились или подключились иначе.', steps['link-again'].consent],
  'portal-in-folder': ({ portal }) => [
    `На ${portal} Битрикс24 находится в папке, а это приложение работает только с Битрикс24 на собственном доменном имени.`,
    'Попросите администратора Битрикс24 выделить ему такое имя, затем подключитесь снова в Slack: /b24task connect.',
  ],
};
