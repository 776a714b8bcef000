import { describe, expect, it } from 'vitest';
import type { AcceptFailure, LinkFailure, PortalFailure } from '../../src/domain/failure.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { mrkdwn, plain } from '../../src/slack/mrkdwn.ts';
import { acceptedReply } from '../../src/slack/replies/accept-replies.ts';
import { finalReply } from '../../src/slack/replies/delivery-replies.ts';
import { describeLinkFailure } from '../../src/slack/replies/describe-failure.ts';
import { acme, delivery, portal } from './stage.ts';

type Row<Failure> = { readonly failure: Failure; readonly en: string; readonly ru: string };

/** What follows the sentence that says that nothing was sent: what happened, and the next step. */
const refusals: readonly Row<PortalFailure>[] = [
  {
    failure: { kind: 'invalid-request', field: 'text', code: 'DTO' },
    en: 'acme.bitrix24.com did not accept the request because of the field text (DTO). This is a mistake of the app and not of your message: show this text to your administrator.',
    ru: 'acme.bitrix24.com не принял запрос из-за поля text (DTO). Это ошибка приложения, а не вашего сообщения: покажите этот текст администратору.',
  },
  {
    failure: { kind: 'no-access' },
    en: 'There is no task 51 on acme.bitrix24.com, or you have no access to it; Bitrix24 does not say which. Check the number, or ask somebody in that task to add you; then send the message again.',
    ru: 'На acme.bitrix24.com нет задачи 51, или у вас нет к ней доступа; Битрикс24 не уточняет, что именно. Проверьте номер или попросите участника задачи добавить вас; затем отправьте сообщение ещё раз.',
  },
  {
    failure: { kind: 'credential-rejected' },
    en: 'acme.bitrix24.com no longer accepts your link. Link again with `/b24task link`, and with a new incoming webhook if you used one.',
    ru: 'acme.bitrix24.com больше не принимает ваше подключение. Подключитесь заново: `/b24task link`, с новым входящим вебхуком, если подключались им.',
  },
  {
    failure: { kind: 'token-expired' },
    en: 'Your access to acme.bitrix24.com has expired. Link again with `/b24task link`.',
    ru: 'Ваш доступ к acme.bitrix24.com истёк. Подключитесь заново: `/b24task link`.',
  },
  {
    failure: { kind: 'authorisation-unavailable' },
    en: "acme.bitrix24.com cannot check anybody's access right now. You need not do anything about it.",
    ru: 'acme.bitrix24.com сейчас не может проверить ничей доступ. От вас ничего не нужно.',
  },
  {
    failure: { kind: 'missing-scope', scopes: ['task', 'tasks'] },
    en: 'Your link lacks the permissions task and tasks. Give the webhook the permissions `task` and `tasks`, or have your administrator give them to the application; then link again with `/b24task link`.',
    ru: 'У вашего подключения нет прав task и tasks. Дайте вебхуку права `task` и `tasks` или попросите администратора дать их приложению, затем подключитесь заново: `/b24task link`.',
  },
  {
    failure: { kind: 'app-not-allowed' },
    en: 'acme.bitrix24.com does not let you use this application. Ask your Bitrix24 administrator to allow it for you, then send the message again.',
    ru: 'acme.bitrix24.com не разрешает вам пользоваться этим приложением. Попросите администратора Битрикс24 разрешить его вам, затем отправьте сообщение ещё раз.',
  },
  {
    failure: { kind: 'plan' },
    en: 'The Bitrix24 plan of acme.bitrix24.com does not include the REST API. Ask your Bitrix24 administrator about it, then send the message again.',
    ru: 'В тариф Битрикс24 у acme.bitrix24.com не входит REST API. Спросите об этом администратора Битрикс24, затем отправьте сообщение ещё раз.',
  },
  {
    failure: { kind: 'portal-blocked' },
    en: 'Bitrix24 has blocked the REST API of acme.bitrix24.com because of overload. Ask your Bitrix24 administrator to write to Bitrix24 support; once it is lifted, send the message again.',
    ru: 'Битрикс24 заблокировал REST API на acme.bitrix24.com из-за перегрузки. Попросите администратора Битрикс24 написать в поддержку Битрикс24; когда блокировку снимут, отправьте сообщение ещё раз.',
  },
  {
    failure: { kind: 'portal-closed' },
    en: 'acme.bitrix24.com is closed. Ask your Bitrix24 administrator about it, then send the message again.',
    ru: 'acme.bitrix24.com закрыт. Спросите об этом администратора Битрикс24, затем отправьте сообщение ещё раз.',
  },
  {
    failure: { kind: 'https-required' },
    en: 'acme.bitrix24.com accepts https addresses only, and the webhook that you linked has http. Link again with `/b24task link` and a webhook URL that begins with https.',
    ru: 'acme.bitrix24.com принимает только адреса https, а у вашего вебхука http. Подключитесь заново (`/b24task link`) с адресом вебхука, который начинается с https.',
  },
  {
    failure: { kind: 'portal-too-old' },
    en: 'acme.bitrix24.com cannot take messages into a task chat yet: that comes with the new task card (tasks 25.700.0). Ask your Bitrix24 administrator to update the portal, then send the message again.',
    ru: 'acme.bitrix24.com пока не умеет принимать сообщения в чат задачи: для этого нужна новая карточка задачи (tasks 25.700.0). Попросите администратора Битрикс24 обновить портал, затем отправьте сообщение ещё раз.',
  },
  {
    failure: { kind: 'throttled' },
    en: 'acme.bitrix24.com is getting more requests than it takes at once. You need not do anything about it.',
    ru: 'acme.bitrix24.com получает больше запросов, чем принимает за раз. От вас ничего не нужно.',
  },
  {
    failure: { kind: 'method-throttled', resetAt: 1795356180000 },
    en: 'acme.bitrix24.com takes no messages for tasks until <!date^1795356180^{date_short_pretty}, {time}|2026-11-22 14:03 UTC>, because it had too many. You need not do anything about it.',
    ru: 'acme.bitrix24.com не принимает сообщений для задач до: <!date^1795356180^{date_short_pretty}, {time}|2026-11-22 14:03 UTC>, потому что их было слишком много. От вас ничего не нужно.',
  },
  {
    failure: { kind: 'unreachable' },
    en: 'acme.bitrix24.com cannot be reached. You need not do anything about it.',
    ru: 'До acme.bitrix24.com не удаётся достучаться. От вас ничего не нужно.',
  },
  {
    failure: { kind: 'no-answer' },
    en: 'The connection to acme.bitrix24.com broke off before an answer came. You need not do anything about it.',
    ru: 'Связь с acme.bitrix24.com прервалась раньше, чем пришёл ответ. От вас ничего не нужно.',
  },
  {
    failure: { kind: 'certificate', problem: 'expired' },
    en: 'The certificate of acme.bitrix24.com has expired, or is not valid yet. Tell your administrator. The message goes out by itself once that is mended.',
    ru: 'Сертификат acme.bitrix24.com истёк или ещё не действует. Сообщите администратору. Когда это исправят, сообщение уйдёт само.',
  },
  {
    failure: { kind: 'intermediary-refused', status: 413 },
    en: 'Something in front of acme.bitrix24.com, such as a proxy or a firewall, refused the request (HTTP 413); Bitrix24 itself did not answer. It may be the text of the message or its size: change or shorten it and send it again. If that does not help, ask your administrator.',
    ru: 'Что-то перед acme.bitrix24.com, например прокси или межсетевой экран, не пропустило запрос (HTTP 413); сам Битрикс24 не отвечал. Дело может быть в тексте сообщения или его размере: измените или сократите его и отправьте снова. Если не поможет, обратитесь к администратору.',
  },
  {
    failure: { kind: 'unreadable-answer' },
    en: 'acme.bitrix24.com answered, but not as Bitrix24 does. You need not do anything about it.',
    ru: 'acme.bitrix24.com ответил, но не так, как отвечает Битрикс24. От вас ничего не нужно.',
  },
  {
    failure: { kind: 'portal-fault', code: 'INTERNAL' },
    en: 'acme.bitrix24.com reported a fault of its own (INTERNAL). You need not do anything about it.',
    ru: 'acme.bitrix24.com сообщил о собственной ошибке (INTERNAL). От вас ничего не нужно.',
  },
  {
    failure: { kind: 'moved', to: portal('https://new.bitrix24.com') },
    en: 'acme.bitrix24.com has moved to new.bitrix24.com. Link again at the new address with `/b24task link`.',
    ru: 'acme.bitrix24.com переехал на new.bitrix24.com. Подключитесь заново по новому адресу: `/b24task link`.',
  },
  {
    failure: { kind: 'unexpected', code: 'X', status: 418 },
    en: 'acme.bitrix24.com answered with something unexpected (X), HTTP 418. This is a mistake of the app and not of your message: show this text to your administrator.',
    ru: 'acme.bitrix24.com ответил что-то неожиданное (X), HTTP 418. Это ошибка приложения, а не вашего сообщения: покажите этот текст администратору.',
  },
];

/** What stands at the field of the link window. */
const linkMistakes: readonly Row<PortalFailure | LinkFailure>[] = [
  {
    failure: { kind: 'invalid-request', field: 'text', code: 'DTO' },
    en: 'acme.bitrix24.com did not accept the request (DTO). Tell your administrator.',
    ru: 'acme.bitrix24.com не принял запрос (DTO). Сообщите администратору.',
  },
  {
    failure: { kind: 'no-access' },
    en: 'acme.bitrix24.com gives this webhook no access. Make a new one and paste its URL.',
    ru: 'acme.bitrix24.com не даёт этому вебхуку доступа. Создайте новый и вставьте его адрес.',
  },
  {
    failure: { kind: 'credential-rejected' },
    en: 'acme.bitrix24.com does not know this webhook: the URL is incomplete, or the webhook was deleted. Copy the whole URL from Bitrix24 again.',
    ru: 'acme.bitrix24.com не знает этого вебхука: адрес неполный, или вебхук удалён. Скопируйте адрес из Битрикс24 целиком ещё раз.',
  },
  {
    failure: { kind: 'token-expired' },
    en: 'This webhook of acme.bitrix24.com has expired. Make a new one and paste its URL.',
    ru: 'Этот вебхук на acme.bitrix24.com истёк. Создайте новый и вставьте его адрес.',
  },
  {
    failure: { kind: 'authorisation-unavailable' },
    en: 'acme.bitrix24.com cannot check webhooks right now. Try again in a minute.',
    ru: 'acme.bitrix24.com сейчас не может проверить вебхук. Попробуйте ещё раз через минуту.',
  },
  {
    failure: { kind: 'missing-scope', scopes: ['task', 'tasks'] },
    en: 'This webhook lacks the permissions task and tasks. Add what is missing in Bitrix24, save, and link again.',
    ru: 'У этого вебхука нет прав task и tasks. Добавьте недостающее в Битрикс24, сохраните и подключитесь снова.',
  },
  {
    failure: { kind: 'app-not-allowed' },
    en: 'acme.bitrix24.com does not let you use this application. Ask your Bitrix24 administrator to allow it for you.',
    ru: 'acme.bitrix24.com не разрешает вам пользоваться этим приложением. Попросите администратора Битрикс24 разрешить его вам.',
  },
  {
    failure: { kind: 'plan' },
    en: 'The Bitrix24 plan of acme.bitrix24.com does not include webhooks. Ask your Bitrix24 administrator about it.',
    ru: 'В тариф Битрикс24 у acme.bitrix24.com не входят вебхуки. Спросите об этом администратора Битрикс24.',
  },
  {
    failure: { kind: 'portal-blocked' },
    en: 'Bitrix24 has blocked the REST API of acme.bitrix24.com. Ask your Bitrix24 administrator to write to Bitrix24 support.',
    ru: 'Битрикс24 заблокировал REST API на acme.bitrix24.com. Попросите администратора Битрикс24 написать в поддержку Битрикс24.',
  },
  {
    failure: { kind: 'portal-closed' },
    en: 'acme.bitrix24.com is closed. Ask your Bitrix24 administrator about it.',
    ru: 'acme.bitrix24.com закрыт. Спросите об этом администратора Битрикс24.',
  },
  {
    failure: { kind: 'https-required' },
    en: 'acme.bitrix24.com accepts https only. Paste the URL beginning with https.',
    ru: 'acme.bitrix24.com принимает только https. Вставьте адрес, который начинается с https.',
  },
  {
    failure: { kind: 'portal-too-old' },
    en: 'acme.bitrix24.com is too old for this app (tasks 25.700.0 is needed). Ask your Bitrix24 administrator to update it.',
    ru: 'acme.bitrix24.com слишком стар для этого приложения (нужен tasks 25.700.0). Попросите администратора Битрикс24 обновить его.',
  },
  {
    failure: { kind: 'throttled' },
    en: 'acme.bitrix24.com is getting more requests than it takes at once. Try again in a minute.',
    ru: 'acme.bitrix24.com получает больше запросов, чем принимает за раз. Попробуйте ещё раз через минуту.',
  },
  {
    failure: { kind: 'method-throttled', resetAt: 1795356180000 },
    en: 'acme.bitrix24.com answers no requests of this kind until 2026-11-22 14:03 UTC. Try again then.',
    ru: 'acme.bitrix24.com не отвечает на такие запросы до: 2026-11-22 14:03 UTC. Попробуйте ещё раз после этого.',
  },
  {
    failure: { kind: 'unreachable' },
    en: 'acme.bitrix24.com cannot be reached. Check the address; if it is right, try again in a minute.',
    ru: 'До acme.bitrix24.com не удаётся достучаться. Проверьте адрес; если он верен, попробуйте ещё раз через минуту.',
  },
  {
    failure: { kind: 'no-answer' },
    en: 'acme.bitrix24.com did not answer. Try again in a minute.',
    ru: 'acme.bitrix24.com не ответил. Попробуйте ещё раз через минуту.',
  },
  {
    failure: { kind: 'certificate', problem: 'untrusted' },
    en: 'The certificate of acme.bitrix24.com is not from an authority that this app trusts. Ask your administrator about it, then link again.',
    ru: 'Сертификат acme.bitrix24.com выдан центром, которому это приложение не доверяет. Спросите об этом администратора, затем подключитесь снова.',
  },
  {
    failure: { kind: 'intermediary-refused', status: 413 },
    en: 'Something in front of acme.bitrix24.com, such as a proxy or a firewall, refused the request (HTTP 413). Check the address; if it is right, ask your administrator.',
    ru: 'Что-то перед acme.bitrix24.com, например прокси или межсетевой экран, не пропустило запрос (HTTP 413). Проверьте адрес; если он верен, обратитесь к администратору.',
  },
  {
    failure: { kind: 'unreadable-answer' },
    en: 'acme.bitrix24.com answered, but not as Bitrix24 does. Check the address; if it is right, ask your Bitrix24 administrator.',
    ru: 'acme.bitrix24.com ответил, но не так, как отвечает Битрикс24. Проверьте адрес; если он верен, обратитесь к администратору Битрикс24.',
  },
  {
    failure: { kind: 'portal-fault', code: 'INTERNAL' },
    en: 'acme.bitrix24.com reported a fault of its own (INTERNAL). Try again in a minute.',
    ru: 'acme.bitrix24.com сообщил о собственной ошибке (INTERNAL). Попробуйте ещё раз через минуту.',
  },
  {
    failure: { kind: 'moved', to: portal('https://new.bitrix24.com') },
    en: 'acme.bitrix24.com has moved to new.bitrix24.com. Make a webhook there and paste its URL.',
    ru: 'acme.bitrix24.com переехал на new.bitrix24.com. Создайте вебхук там и вставьте его адрес.',
  },
  {
    failure: { kind: 'unexpected', code: 'X', status: 418 },
    en: 'acme.bitrix24.com answered with something unexpected (X), HTTP 418. Check the address.',
    ru: 'acme.bitrix24.com ответил что-то неожиданное (X), HTTP 418. Проверьте адрес.',
  },
  {
    failure: { kind: 'not-a-webhook-url' },
    en: 'This is not the URL of an incoming webhook. It looks like https://acme.bitrix24.com/rest/1/secret/ and is shown on the page of the webhook.',
    ru: 'Это не адрес входящего вебхука. Он выглядит как https://acme.bitrix24.ru/rest/1/secret/ и показан на странице вебхука.',
  },
  {
    failure: { kind: 'portal-not-allowed', portal: 'https://other.bitrix24.com' },
    en: "other.bitrix24.com may not be linked here. Take a webhook of your company's portal, or ask your administrator to allow this one.",
    ru: 'other.bitrix24.com подключать здесь нельзя. Возьмите вебхук портала вашей компании или попросите администратора разрешить этот.',
  },
  {
    failure: { kind: 'portal-in-folder', portal: portal('https://intra.example') },
    en: 'On intra.example Bitrix24 is in a folder, and this app works only with a Bitrix24 that has a host name to itself. Ask your Bitrix24 administrator to give it one, and paste the URL of a webhook made there.',
    ru: 'На intra.example Битрикс24 находится в папке, а это приложение работает только с Битрикс24 на собственном доменном имени. Попросите администратора Битрикс24 выделить ему такое имя и вставьте адрес вебхука, созданного там.',
  },
];

/** What the sender reads at once when a message is not taken. */
const notTaken: readonly Row<AcceptFailure>[] = [
  {
    failure: { kind: 'not-linked' },
    en: '*Nothing was sent:* you are not linked to Bitrix24 yet. Link once, then send your message again.',
    ru: '*Ничего не отправлено:* вы ещё не подключены к Битрикс24. Подключитесь один раз и отправьте сообщение снова.',
  },
  {
    failure: { kind: 'foreign-portal', portal: 'https://other.bitrix24.com', linked: acme },
    en: '*Nothing was sent:* that task is on other.bitrix24.com, and you are linked to acme.bitrix24.com. Name a task of acme.bitrix24.com, or link to other.bitrix24.com with `/b24task link`.',
    ru: '*Ничего не отправлено:* эта задача на other.bitrix24.com, а вы подключены к acme.bitrix24.com. Назовите задачу на acme.bitrix24.com или подключитесь к other.bitrix24.com: `/b24task link`.',
  },
  {
    failure: { kind: 'text-empty' },
    en: '*Nothing was sent:* the message has no text that Bitrix24 could show. Write some words after the number of the task.',
    ru: '*Ничего не отправлено:* в сообщении нет текста, который мог бы показать Битрикс24. Напишите что-нибудь после номера задачи.',
  },
  {
    failure: { kind: 'text-too-long', parts: 7, most: 5 },
    en: '*Nothing was sent:* the text would make 7 messages in Bitrix24, and at most 5 go at once. Shorten it, or send it in pieces.',
    ru: '*Ничего не отправлено:* в Битрикс24 получилось бы сообщений: 7, а за раз можно не больше 5. Сократите текст или отправьте его частями.',
  },
  {
    failure: { kind: 'other-version-accepted' },
    en: '*Nothing more was sent:* an earlier version of this form was taken already, and its own reply tells you how it went. To send this version too, start again.',
    ru: '*Больше ничего не отправлено:* прежний вариант этой формы уже принят, и о нём придёт свой ответ. Чтобы отправить и этот вариант, начните заново.',
  },
  {
    failure: { kind: 'storage-unavailable' },
    en: '*Nothing was sent:* the app cannot store messages right now. Send it again in a minute; if that does not help, tell your administrator.',
    ru: '*Ничего не отправлено:* приложение сейчас не может сохранять сообщения. Отправьте ещё раз через минуту; если не поможет, сообщите администратору.',
  },
  {
    failure: { kind: 'storage-unconfirmed' },
    en: '*Not confirmed:* it is not certain that your message was stored. If it was, a second answer follows in a moment. If none comes, nothing was sent: then send it again.',
    ru: '*Не подтверждено:* неизвестно, сохранено ли ваше сообщение. Если да, сейчас придёт второй ответ. Если его нет, ничего не отправлено: тогда отправьте ещё раз.',
  },
];

const lead = {
  en: '*Not sent* to <https://acme.bitrix24.com/company/personal/user/7/tasks/task/view/51/|task 51>. ',
  ru: '*Не отправлено* в <https://acme.bitrix24.com/company/personal/user/7/tasks/task/view/51/|задачу 51>. ',
};

describe.each(['en', 'ru'] as const)('the words for failures in %s', (locale) => {
  const texts = textsIn(locale);

  it('are tested for every kind there is', () => {
    const kinds = (rows: readonly Row<{ kind: string }>[]) => rows.map(({ failure }) => failure.kind).sort();
    expect(kinds(refusals)).toEqual(Object.keys(texts.happened).sort());
    expect(kinds(linkMistakes)).toEqual(Object.keys(texts.linkFailures).sort());
    expect(kinds(notTaken)).toEqual(Object.keys(texts.acceptFailures).sort());
  });

  it.each(refusals)('say why a message was refused: $failure.kind', ({ failure, ...expected }) => {
    const refused = delivery({ state: 'refused', outcome: { kind: 'refused', failure } });
    expect(finalReply(refused, [], texts).text).toBe(lead[locale] + expected[locale]);
  });

  it.each(linkMistakes)('say what is wrong with a webhook: $failure.kind', ({ failure, ...expected }) => {
    expect(describeLinkFailure(failure, acme, texts, plain)).toBe(expected[locale]);
  });

  it.each(notTaken)('say why a message was not taken: $failure.kind', ({ failure, ...expected }) => {
    expect(acceptedReply({ kind: 'failed', failure }, texts)?.text).toBe(expected[locale]);
  });

  it('show what a portal wrote as text, so that nobody is called by it', () => {
    const failure = { kind: 'unexpected', code: '<!channel> & <https://evil.example|click>', status: 400 } as const;
    const refused = delivery({ state: 'refused', outcome: { kind: 'refused', failure } });
    const { text } = finalReply(refused, [], texts);
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;');
    expect(text).not.toContain('<!channel>');
  });

  it('never show more of a webhook URL than its host', () => {
    const urls = [
      'https://acme.bitrix24.com/rest/1/planted-secret/',
      '<https://x/rest/1/planted-secret/>',
      'planted-secret',
    ];
    const said = urls.flatMap((url) =>
      [plain, mrkdwn].map((place) => describeLinkFailure({ kind: 'unreachable' }, url, texts, place)),
    );
    expect(said.join()).not.toContain('planted-secret');
    expect(said.join()).toContain('acme.bitrix24.com');
  });
});
