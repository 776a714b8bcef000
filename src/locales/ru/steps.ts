import type { Texts } from '../en.ts';

const askAbout = 'Обратитесь к администратору Битрикс24';
const newWebhook = 'Создайте новый и вставьте его адрес.';
const connectAgain = 'Вернитесь в Slack и подключитесь заново: /b24task connect.';
const checkLater = 'То, что вы отправите, пока подождёт. Проверьте снова через минуту.';

const mendApplication =
  'Попросите администратора Битрикс24 вернуть приложение или передать администратору этого приложения его верный секретный ключ';

/** The one next step, by remedy and by where it is read. */
export const steps: Texts['steps'] = {
  wait: {
    reply: 'От вас ничего не нужно.',
    doctor: checkLater,
    webhook: 'Попробуйте ещё раз через минуту.',
    consent: 'Подождите минуту, затем вернитесь в Slack и подключитесь заново: /b24task connect.',
  },
  'check-task': {
    reply: 'Проверьте номер или попросите участника задачи добавить вас; затем отправьте сообщение ещё раз.',
    doctor: ask(askAbout).doctor,
    webhook: newWebhook,
    consent: connectAgain,
  },
  'check-number': {
    ...resend('Проверьте номер задачи; если он верен, откройте задачу один раз в Битрикс24'),
    webhook: newWebhook,
    consent: connectAgain,
  },
  'change-text': {
    ...resend('Измените текст сообщения'),
    webhook: newWebhook,
    consent: connectAgain,
  },
  'open-chat': {
    ...resend('Откройте задачу один раз в Битрикс24, тогда у неё появится чат'),
    webhook: newWebhook,
    consent: connectAgain,
  },
  'link-again': {
    reply: 'Подключитесь заново: `/b24task connect`.',
    doctor: 'Подключитесь снова: `/b24task connect`.',
    webhook: newWebhook,
    consent: connectAgain,
  },
  'link-with-https': {
    reply: 'Подключитесь заново (`/b24task connect`) с адресом вебхука, который начинается с https.',
    doctor: 'Подключитесь снова через `/b24task connect` с адресом вебхука, который начинается с https.',
    webhook: 'Вставьте адрес, который начинается с https.',
    consent: connectAgain,
  },
  'link-at-new-address': {
    reply: 'Подключитесь заново по новому адресу: `/b24task connect`.',
    doctor: 'Создайте входящий вебхук по новому адресу и подключитесь снова: `/b24task connect`.',
    webhook: 'Создайте вебхук там и вставьте его адрес.',
    consent: 'Вернитесь в Slack и подключите новый адрес: /b24task connect.',
  },
  'add-permissions': {
    reply:
      'Дайте вебхуку права `task` и `tasks` или попросите администратора дать их приложению, затем нажмите _Попробовать сейчас_ или подключитесь заново: `/b24task connect`.',
    doctor: 'Подключитесь снова: `/b24task connect`.',
    webhook: 'Добавьте недостающее в Битрикс24, сохраните и подключитесь снова.',
    consent: ask('Попросите администратора Битрикс24 добавить недостающее').consent,
  },
  'mend-certificate': {
    reply: 'Сообщите администратору. Когда это исправят, сообщение уйдёт само.',
    doctor:
      'То, что вы отправите, пока подождёт. Сообщите администратору портала; если у портала собственный центр сертификации, администратор приложения может добавить его в доверенные.',
    webhook: 'Обратитесь к администратору, затем подключитесь снова.',
    consent: ask(askAbout).consent,
  },
  report: {
    reply: 'Это ошибка приложения, а не вашего сообщения: покажите этот текст администратору.',
    doctor: 'Покажите это администратору приложения.',
    webhook: 'Сообщите администратору.',
    consent: ask(askAbout).consent,
  },
  'ask-administrator': ask(askAbout),
  'ask-to-allow': ask('Попросите администратора Битрикс24 разрешить его вам'),
  'ask-to-mend-application': {
    ...ask(mendApplication),
    reply: `${mendApplication}. Затем нажмите _Попробовать сейчас_ или подождите: время от времени это проверяется само.`,
  },
  'ask-to-update': ask('Попросите администратора Битрикс24 обновить портал'),
  'ask-support': {
    ...ask('Попросите администратора Битрикс24 написать в поддержку Битрикс24'),
    reply:
      'Попросите администратора Битрикс24 написать в поддержку Битрикс24; когда блокировку снимут, отправьте сообщение ещё раз.',
  },
};

/** Next steps for one kind of failure, where that of its remedy would help less. */
export const particularSteps: Texts['particularSteps'] = {
  reply: {
    'credential-rejected': 'Подключитесь заново: `/b24task connect`, с новым входящим вебхуком, если подключались им.',
    'intermediary-refused':
      'Дело может быть в тексте сообщения или его размере: измените или сократите его и отправьте снова. Если не поможет, обратитесь к администратору.',
  },
  doctor: {
    unreachable: `${checkLater} Если не пройдёт, спросите администратора Битрикс24, работает ли портал.`,
    'unreadable-answer': `${checkLater} Если не пройдёт, обратитесь к администратору Битрикс24.`,
    'portal-fault': `${checkLater} Если не пройдёт, обратитесь к администратору Битрикс24.`,
  },
  webhook: {
    'credential-rejected': 'Скопируйте адрес из Битрикс24 целиком ещё раз.',
    'method-throttled': 'Попробуйте ещё раз после этого.',
    unreachable: 'Проверьте адрес; если он верен, попробуйте ещё раз через минуту.',
    'intermediary-refused': 'Проверьте адрес; если он верен, обратитесь к администратору.',
    'unreadable-answer': 'Проверьте адрес; если он верен, обратитесь к администратору Битрикс24.',
    unexpected: 'Проверьте адрес.',
  },
  consent: {
    'unreadable-answer': steps['ask-administrator'].consent,
    unexpected: steps.wait.consent,
  },
};

function resend(first: string): Pick<Texts['steps']['check-task'], 'reply' | 'doctor'> {
  return { reply: `${first}, затем отправьте сообщение ещё раз.`, doctor: `${first}.` };
}

function ask(asked: string): Texts['steps']['ask-administrator'] {
  return {
    reply: `${asked}, затем отправьте сообщение ещё раз.`,
    doctor: `${asked}.`,
    webhook: `${asked}.`,
    consent: `${asked}, затем подключитесь заново в Slack: /b24task connect.`,
  };
}
