import { describe, expect, it } from 'vitest';
import type { Delivery, Outcome } from '../../src/domain/delivery.ts';
import type { Loss } from '../../src/domain/document.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { findMessageProblems } from '../../src/sandbox/slack/block-kit/check-surfaces.ts';
import { finalReply, replyTo } from '../../src/slack/views/delivery-replies.ts';
import { delivery } from './stage.ts';

const link = { en: 'task 51', ru: 'задачу 51' } as const;
const until = '<!date^1795438980^{date_short_pretty}, {time}|2026-11-23 13:03 UTC>';

type Row = readonly [string, Partial<Delivery> & { outcome: Outcome }, { readonly en: string; readonly ru: string }];

const noAnswer = { kind: 'no-answer' } as const;
const endings: readonly Row[] = [
  ['delivered', { outcome: { kind: 'delivered' } }, { en: 'Sent to TASK.', ru: 'Отправлено в TASK.' }],
  [
    'delivered in parts',
    { parts: 3, partsDelivered: 3, outcome: { kind: 'delivered' } },
    { en: 'Sent to TASK in 3 parts.', ru: 'Отправлено в TASK частями: 3.' },
  ],
  [
    'refused after a part went out',
    { parts: 3, partsDelivered: 1, outcome: { kind: 'refused', failure: { kind: 'plan' } } },
    {
      en: '*Only partly sent* to TASK: part 1 of 3 went out, nothing after that. The Bitrix24 plan of acme.bitrix24.com does not include the REST API. Ask your Bitrix24 administrator about it, then send the message again.',
      ru: '*Отправлено не всё* в TASK: ушла часть 1 из 3, дальше ничего. В тариф Битрикс24 у acme.bitrix24.com не входит REST API. Спросите об этом администратора Битрикс24, затем отправьте сообщение ещё раз.',
    },
  ],
  [
    'not known',
    { outcome: { kind: 'unknown', failure: noAnswer } },
    {
      en: '*It is not certain* whether your message reached TASK. The connection to acme.bitrix24.com broke off before an answer came. Look into the task before you send it again: the message may then be there twice.',
      ru: '*Неизвестно*, дошло ли ваше сообщение в TASK. Связь с acme.bitrix24.com прервалась раньше, чем пришёл ответ. Прежде чем отправлять снова, загляните в задачу: сообщение может оказаться там дважды.',
    },
  ],
  [
    'not known for the second of three parts',
    { parts: 3, partsDelivered: 1, outcome: { kind: 'unknown' } },
    {
      en: '*It is not certain* how much of your message reached TASK: part 1 of 3 went out, part 2 of 3 may have, nothing after that. The app was interrupted while it was sending. Look into the task before you send it again: the message may then be there twice.',
      ru: '*Неизвестно*, сколько из вашего сообщения дошло в TASK: ушла часть 1 из 3, часть 2 из 3 под вопросом, дальше ничего. Приложение прервалось во время отправки. Прежде чем отправлять снова, загляните в задачу: сообщение может оказаться там дважды.',
    },
  ],
  [
    'not known for the last part',
    { parts: 3, partsDelivered: 2, outcome: { kind: 'unknown' } },
    {
      en: '*It is not certain* how much of your message reached TASK: parts 1–2 of 3 went out, part 3 of 3 may have. The app was interrupted while it was sending. Look into the task before you send it again: the message may then be there twice.',
      ru: '*Неизвестно*, сколько из вашего сообщения дошло в TASK: ушли части 1–2 из 3, часть 3 из 3 под вопросом. Приложение прервалось во время отправки. Прежде чем отправлять снова, загляните в задачу: сообщение может оказаться там дважды.',
    },
  ],
  [
    'expired',
    { outcome: { kind: 'expired', failure: { kind: 'unreachable' } } },
    {
      en: '*Not sent* to TASK. It waited for 23 hours, and now it is too late. acme.bitrix24.com cannot be reached. Send it again when it is still needed.',
      ru: '*Не отправлено* в TASK. Оно ждало 23 часа, дольше нельзя. До acme.bitrix24.com не удаётся достучаться. Если оно ещё нужно, отправьте его снова.',
    },
  ],
  [
    'cancelled by its sender',
    { outcome: { kind: 'cancelled', by: 'sender' } },
    { en: '*Not sent* to TASK. You took it back.', ru: '*Не отправлено* в TASK. Вы отозвали его.' },
  ],
  [
    'cancelled by unlinking',
    { outcome: { kind: 'cancelled', by: 'unlink' } },
    {
      en: '*Not sent* to TASK. You disconnected Bitrix24 while it was waiting. To send it after all, connect and send it again.',
      ru: '*Не отправлено* в TASK. Вы отключились от Битрикс24, пока оно ждало. Чтобы всё же отправить его, подключитесь и отправьте снова.',
    },
  ],
  [
    'cancelled by linking as somebody else',
    { outcome: { kind: 'cancelled', by: 'relink' } },
    {
      en: '*Not sent* to TASK. It was written as another Bitrix24 user than the one you are connected as now. Send it again to send it as that one.',
      ru: '*Не отправлено* в TASK. Оно написано от имени другого пользователя Битрикс24, чем тот, под которым вы подключены сейчас. Отправьте снова, чтобы отправить от нынешнего.',
    },
  ],
];

describe.each(['en', 'ru'] as const)('the reply about a delivery in %s', (locale) => {
  const texts = textsIn(locale);
  const address = 'https://acme.bitrix24.com/company/personal/user/7/tasks/task/view/51/';
  const inWords = (text: string) => text.replace('TASK', `<${address}|${link[locale]}>`);

  it.each(endings)('says how it ended: %s', (_, given, expected) => {
    const reply = finalReply(delivery({ state: given.outcome.kind, ...given }), [], texts);
    expect(reply.text).toBe(inWords(expected[locale]));
    expect(reply.blocks[0]).toMatchObject({
      type: 'section',
      text: { type: 'mrkdwn', text: reply.text, verbatim: true },
    });
    expect(findMessageProblems(JSON.parse(JSON.stringify(reply)))).toEqual([]);
  });

  it.each<[string, Parameters<typeof replyTo>[0]['kind'], Partial<Delivery>, { en: string; ru: string }]>([
    [
      'the portal',
      'waiting',
      { waitingFor: { kind: 'unreachable' } },
      {
        en: `*Not sent yet* to TASK. acme.bitrix24.com cannot be reached. The app keeps trying until ${until} and then tells you how it ended; you need not do anything.`,
        ru: `*Пока не отправлено* в TASK. До acme.bitrix24.com не удаётся достучаться. Приложение продолжает попытки до: ${until}, а потом сообщит, чем кончилось; от вас ничего не нужно.`,
      },
    ],
    [
      'its turn',
      'waiting',
      {},
      {
        en: `*Not sent yet* to TASK. It is waiting for its turn. The app keeps trying until ${until} and then tells you how it ended; you need not do anything.`,
        ru: `*Пока не отправлено* в TASK. Оно ждёт своей очереди. Приложение продолжает попытки до: ${until}, а потом сообщит, чем кончилось; от вас ничего не нужно.`,
      },
    ],
    [
      'an answer to what is on its way',
      'waiting',
      { state: 'sending' },
      {
        en: '*Being sent* to TASK: acme.bitrix24.com has not answered yet. The result follows.',
        ru: '*Отправляется* в TASK: acme.bitrix24.com пока не отвечает. О результате придёт ответ.',
      },
    ],
    [
      'certainty',
      'waiting',
      { ambiguous: true, waitingFor: noAnswer },
      {
        en: `*Not confirmed yet:* your message to TASK may have arrived. The connection to acme.bitrix24.com broke off before an answer came. The app asks the portal again, in a way that cannot send it twice, until ${until} at most, and then tells you.`,
        ru: `*Пока не подтверждено:* ваше сообщение в TASK могло уже дойти. Связь с acme.bitrix24.com прервалась раньше, чем пришёл ответ. Приложение спрашивает портал ещё раз, так, что второй копии не будет, самое позднее до: ${until}, и сообщит вам.`,
      },
    ],
    [
      'a new link',
      'parked',
      { parked: true, waitingFor: { kind: 'credential-rejected' } },
      {
        en: `*Not sent yet:* your message to TASK is waiting for you, until ${until}. acme.bitrix24.com no longer accepts your connection. Connect again with \`/b24task connect\`, and with a new incoming webhook if you used one. What you send to that portal until then waits as well.`,
        ru: `*Пока не отправлено:* ваше сообщение в TASK ждёт вас до: ${until}. acme.bitrix24.com больше не принимает ваше подключение. Подключитесь заново: \`/b24task connect\`, с новым входящим вебхуком, если подключались им. Всё, что вы отправите на этот портал до тех пор, тоже подождёт.`,
      },
    ],
  ])('says that it waits for %s, and until when', (_, kind, given, expected) => {
    const reply = replyTo({ kind, delivery: delivery(given), losses: [] }, texts);
    expect(reply.text).toBe(inWords(expected[locale]));
    expect(findMessageProblems(JSON.parse(JSON.stringify(reply)))).toEqual([]);
  });

  it('offers to cancel what waits, but not what may have arrived', () => {
    const buttons = (given: Partial<Delivery>) =>
      JSON.stringify(replyTo({ kind: 'waiting', delivery: delivery(given), losses: [] }, texts).blocks);
    expect(buttons({})).toContain(texts.buttons.cancelTask(51));
    expect(buttons({ ambiguous: true })).not.toContain('b24task.cancel');
  });

  it('offers to send again what was not delivered, while its text is kept', () => {
    const refused = { kind: 'refused', failure: { kind: 'no-access' } } as const;
    const offered = (given: Partial<Delivery>) => JSON.stringify(finalReply(delivery(given), [], texts).blocks);
    expect(offered({ outcome: refused })).toContain('b24task.send-again');
    expect(offered({ outcome: refused })).not.toContain(texts.buttons.confirmTwice.text);
    expect(offered({ outcome: refused, parts: 2, partsDelivered: 1 })).toContain(texts.buttons.confirmTwice.text);
    expect(offered({ outcome: { kind: 'unknown' } })).toContain(texts.buttons.confirmTwice.text);
    expect(offered({ outcome: refused, hasText: false })).not.toContain('b24task.send-again');
    expect(offered({ outcome: { kind: 'delivered' } })).not.toContain('b24task.send-again');
  });

  it('says what was lost on the way, each loss with its names and no more than five of them', () => {
    const losses: Loss[] = [
      { kind: 'custom-emoji', names: ['party', 'shipit'] },
      { kind: 'files', names: ['a.pdf', '<!here>', 'c', 'd', 'e', 'f', 'g'] },
      { kind: 'links', addresses: ['ftp://x'] },
      { kind: 'unsupported', types: ['canvas'] },
      { kind: 'cut' },
    ];
    const reply = finalReply(delivery({ outcome: { kind: 'delivered' } }), losses, texts);
    const lines = reply.blocks.flatMap((block) =>
      block.type === 'context' ? block.elements.map((element) => ('text' in element ? element.text : '')) : [],
    );
    const words = {
      en: ['a.pdf, &lt;!here&gt;, c, d, e and 2 more', 'Emoji of your workspace became words: :party:, :shipit:.'],
      ru: ['a.pdf, &lt;!here&gt;, c, d, e и ещё 2', 'Эмодзи вашего пространства стали словами: :party:, :shipit:.'],
    };
    expect(lines).toHaveLength(5);
    for (const expected of words[locale]) {
      expect(lines.join('\n')).toContain(expected);
    }
    expect(findMessageProblems(JSON.parse(JSON.stringify(reply)))).toEqual([]);
  });
});
