import type { Texts } from '../en.ts';
import type { SearchTrouble } from '../shown.ts';

const numberWorks = 'Можно ввести номер.';
const slow: SearchTrouble = (portal) => ({
  heading: `${portal} сейчас не отвечает`,
  line: `Показано только известное приложению. ${numberWorks}`,
});
const relink: SearchTrouble = (portal) => ({
  heading: `${portal} больше не принимает ваше подключение`,
  line: 'Подключитесь через /b24task connect и поищите снова.',
});
const refused: SearchTrouble = (portal) => ({
  heading: `${portal} не разрешает вам искать`,
  line: 'Введите номер задачи или спросите администратора Битрикс24.',
});
const askAdministrator = `Спросите администратора Битрикс24. ${numberWorks}`;

/** Why a search found no tasks, by the portal's failure. */
export const troubles: Texts['compose']['notes']['troubles'] = {
  'invalid-request': refused,
  'no-access': refused,
  'credential-rejected': relink,
  'token-expired': relink,
  'authorisation-unavailable': slow,
  'missing-scope': () => ({
    heading: 'Вашему подключению нельзя искать задачи',
    line: `Дайте ему право task в Битрикс24. ${numberWorks}`,
  }),
  'app-not-allowed': (portal) => ({
    heading: `${portal} не пускает вас в это приложение`,
    line: askAdministrator,
  }),
  'application-gone': (portal) => ({ heading: `На ${portal} больше нет нужного приложения`, line: askAdministrator }),
  plan: (portal) => ({ heading: `В тарифе ${portal} нет REST API`, line: askAdministrator }),
  'portal-blocked': (portal) => ({
    heading: `Битрикс24 заблокировал REST API ${portal}`,
    line: 'Администратор может написать в поддержку Битрикс24.',
  }),
  'portal-closed': (portal) => ({ heading: `${portal} закрыт`, line: askAdministrator }),
  'https-required': (portal) => ({
    heading: `${portal} принимает только адреса https`,
    line: 'Подключитесь по https: /b24task connect. И поищите снова.',
  }),
  'portal-too-old': (portal) => ({ heading: `${portal} слишком стар для такого поиска`, line: askAdministrator }),
  throttled: slow,
  'method-throttled': slow,
  unreachable: slow,
  certificate: (portal) => ({ heading: `Сертификат ${portal} не принимается`, line: askAdministrator }),
  'intermediary-refused': (portal) => ({
    heading: `Прокси или экран не пропускает к ${portal}`,
    line: askAdministrator,
  }),
  'no-answer': slow,
  'unreadable-answer': (portal) => ({ heading: `${portal} отвечает не как Битрикс24`, line: askAdministrator }),
  'portal-fault': (portal) => ({
    heading: `${portal} сообщил о собственной ошибке`,
    line: `Поищите снова через минуту. ${numberWorks}`,
  }),
  'not-posted': refused,
  moved: (portal) => ({
    heading: `У ${portal} теперь другой адрес`,
    line: 'Подключитесь там через /b24task connect и поищите снова.',
  }),
  unexpected: refused,
};
