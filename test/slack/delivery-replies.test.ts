import { describe, expect, it } from 'vitest';
import type { Delivery, Outcome } from '../../src/domain/delivery.ts';
import type { Loss } from '../../src/domain/document.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { plain } from '../../src/locales/shown.ts';
import { findMessageProblems } from '../../src/sandbox/slack/block-kit/check-surfaces.ts';
import type { Message } from '../../src/slack/views/blocks.ts';
import { replyTo } from '../../src/slack/views/delivery-replies.ts';
import { delivery } from './harness.ts';

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
      ru: '*Отправлено не всё* в TASK: ушла часть 1 из 3, дальше ничего. В тариф Битрикс24 у acme.bitrix24.com не входит REST API. Обратитесь к администратору Битрикс24, затем отправьте сообщение ещё раз.',
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
      ru: '*Неизвестно*, сколько из вашего сообщения дошло в TASK: ушла часть 1 из 3, часть 2 из 3 под вопросом, дальше ничего. Работа приложения прервалась во время отправки. Прежде чем отправлять снова, загляните в задачу: сообщение может оказаться там дважды.',
    },
  ],
  [
    'not known for the last part',
    { parts: 3, partsDelivered: 2, outcome: { kind: 'unknown' } },
    {
      en: '*It is not certain* how much of your message reached TASK: parts 1–2 of 3 went out, part 3 of 3 may have. The app was interrupted while it was sending. Look into the task before you send it again: the message may then be there twice.',
      ru: '*Неизвестно*, сколько из вашего сообщения дошло в TASK: ушли части 1–2 из 3, часть 3 из 3 под вопросом. Работа приложения прервалась во время отправки. Прежде чем отправлять снова, загляните в задачу: сообщение может оказаться там дважды.',
    },
  ],
  [
    'expired',
    { outcome: { kind: 'expired', failure: { kind: 'unreachable' } } },
    {
      en: '*Not sent* to TASK. It waited for 23 hours, and now it is too late. acme.bitrix24.com cannot be reached. Send it again when it is still needed.',
      ru: '*Не отправлено* в TASK. Оно ожидало отправки 23 часа, и этот срок истёк. Портал acme.bitrix24.com недоступен. Если оно ещё нужно, отправьте его снова.',
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
    const reply = replyTo(
      { kind: 'final', delivery: delivery({ state: given.outcome.kind, ...given }), losses: [] },
      texts,
    );
    expect(reply.text).toBe(inWords(expected[locale]));
    const [shown] = sectionsOf(reply);
    expect(shown).toMatch(/^[✅❗❌] /u);
    expect(shown?.slice(2).replaceAll('\n', ' ')).toBe(reply.text);
    expect(findMessageProblems(JSON.parse(JSON.stringify(reply)))).toEqual([]);
  });

  it.each<[string, Parameters<typeof replyTo>[0]['kind'], Partial<Delivery>, { en: string; ru: string }]>([
    [
      'the portal',
      'waiting',
      { waitingFor: { kind: 'unreachable' } },
      {
        en: `*Not sent yet* to TASK. acme.bitrix24.com cannot be reached. It goes out by itself. You need not do anything.`,
        ru: `*Пока не отправлено* в TASK. Портал acme.bitrix24.com недоступен. Оно уйдёт само. От вас ничего не требуется.`,
      },
    ],
    [
      'the next try',
      'waiting',
      { waitingFor: { kind: 'unreachable' }, nextAttemptAt: Date.UTC(2026, 10, 23, 13, 3) },
      {
        en: `*Not sent yet* to TASK. acme.bitrix24.com cannot be reached. Next try: ${until}. You need not do anything.`,
        ru: `*Пока не отправлено* в TASK. Портал acme.bitrix24.com недоступен. Следующая попытка: ${until}. От вас ничего не требуется.`,
      },
    ],
    [
      'its turn',
      'waiting',
      {},
      {
        en: `*Not sent yet* to TASK. It is waiting for its turn. It goes out by itself. You need not do anything.`,
        ru: `*Пока не отправлено* в TASK. Оно ждёт своей очереди. Оно уйдёт само. От вас ничего не требуется.`,
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
        en: `*Not confirmed yet:* your message to TASK may have arrived. The connection to acme.bitrix24.com broke off before an answer came. The app asks the portal again, in a way that cannot send it twice, and then tells you.`,
        ru: `*Пока не подтверждено:* ваше сообщение в TASK могло уже дойти. Связь с acme.bitrix24.com прервалась раньше, чем пришёл ответ. Приложение ещё раз обратится к порталу так, что второй копии не будет, и сообщит вам результат.`,
      },
    ],
    [
      'a new link',
      'parked',
      { parked: true, waitingFor: { kind: 'credential-rejected' } },
      {
        en: `*Not sent yet:* your message to TASK is waiting for you. acme.bitrix24.com no longer accepts your connection. Connect again with \`/b24task connect\`, and with a new incoming webhook if you used one. What you send to that portal until then waits as well.`,
        ru: `*Пока не отправлено:* ваше сообщение в TASK ждёт ваших действий. acme.bitrix24.com больше не принимает ваше подключение. Подключитесь заново: \`/b24task connect\`, с новым входящим вебхуком, если подключались им. Всё, что вы отправите на этот портал до тех пор, тоже подождёт.`,
      },
    ],
  ])('says that it waits for %s', (_, kind, given, expected) => {
    const reply = replyTo({ kind, delivery: delivery(given), losses: [] }, texts);
    expect(reply.text).toBe(inWords(expected[locale]));
    expect(findMessageProblems(JSON.parse(JSON.stringify(reply)))).toEqual([]);
  });

  it('begins with the first words of the message and names the task, and nothing in them comes alive', () => {
    const wording = { excerpt: '<!channel> *bold* & <@U1>', mrkdwn: '' };
    const about = { wording, title: 'Plan <!here>', losses: [] };
    const told = [
      replyTo({ kind: 'final', delivery: delivery({ outcome: { kind: 'unknown' } }), ...about }, texts),
      replyTo({ kind: 'waiting', delivery: delivery({}), ...about }, texts),
      replyTo({ kind: 'parked', delivery: delivery({ parked: true }), ...about }, texts),
      replyTo(
        { kind: 'final', delivery: delivery({ outcome: { kind: 'delivered' } }), elsewhere: true, ...about },
        texts,
      ),
    ];
    for (const { text, blocks } of told) {
      expect(blocks[0]).toEqual({
        type: 'context',
        elements: [{ type: 'plain_text', text: texts.replies.quoted(plain.text(wording.excerpt)), emoji: false }],
      });
      expect(text).toContain('&lt;!channel&gt; *bold* &amp; &lt;@U1&gt;');
      expect(text).toContain('Plan &lt;!here&gt;');
      expect(JSON.stringify(blocks.slice(1)) + text).not.toMatch(/<!(?:channel|here)>|<@U1>/);
      expect(findMessageProblems(JSON.parse(JSON.stringify({ text, blocks })))).toEqual([]);
    }
  });

  it('has one line for plain success, without buttons', () => {
    const wording = { excerpt: 'hello', mrkdwn: 'hello' };
    const sent = {
      kind: 'final',
      delivery: delivery({ outcome: { kind: 'delivered' } }),
      losses: [],
      wording,
    } as const;
    expect(replyTo(sent, texts).blocks).toHaveLength(1);
  });

  it('links to the task before it offers to send again a message that may have arrived', () => {
    const told = replyTo({ kind: 'final', delivery: delivery({ outcome: { kind: 'unknown' } }), losses: [] }, texts);
    expect(buttonsOf(told)).toEqual([texts.buttons.openTask, texts.buttons.sendAgain]);
    expect(JSON.stringify(told.blocks)).toContain(`"url":"${address}"`);
  });

  it.each<[string, PortalFailure, boolean]>([
    ['no access', { kind: 'no-access' }, true],
    ['a wrong number', { kind: 'invalid-request', code: 'X_VALIDATION_DTOVALIDATIONEXCEPTION', field: 'taskId' }, true],
    ['the plan', { kind: 'plan' }, false],
  ])('offers another task where that may help: %s', (_, failure, offers) => {
    const told = { kind: 'final', delivery: delivery({ outcome: { kind: 'refused', failure } }), losses: [] } as const;
    expect(buttonsOf(replyTo(told, texts)).includes(texts.buttons.chooseTask)).toBe(offers);
  });

  it('offers to connect again, to try now and not to send what waits for its sender', () => {
    const { connectAgain, tryNow, cancel } = texts.buttons;
    const parked = replyTo({ kind: 'parked', delivery: delivery({ parked: true }), losses: [] }, texts);
    expect(buttonsOf(parked)).toEqual([connectAgain, tryNow, cancel]);
  });

  it('offers to cancel what waits, but not what may have arrived', () => {
    const buttons = (given: Partial<Delivery>) =>
      JSON.stringify(replyTo({ kind: 'waiting', delivery: delivery(given), losses: [] }, texts).blocks);
    expect(buttons({})).toContain(texts.buttons.cancelTask(51));
    expect(buttons({ ambiguous: true })).not.toContain('b24task.cancel');
  });

  it('offers to send again what was not delivered, while its text is kept', () => {
    const refused = { kind: 'refused', failure: { kind: 'no-access' } } as const;
    const offered = (given: Partial<Delivery>) =>
      JSON.stringify(replyTo({ kind: 'final', delivery: delivery(given), losses: [] }, texts).blocks);
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
    const reply = replyTo({ kind: 'final', delivery: delivery({ outcome: { kind: 'delivered' } }), losses }, texts);
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

/** The paragraphs of a message. */
function sectionsOf({ blocks }: Message): string[] {
  return blocks.flatMap((block) => (block.type === 'section' ? (block.text?.text ?? '') : []));
}

/** The labels of its buttons. */
function buttonsOf({ blocks }: Message): string[] {
  return blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.flatMap((one) => (one.type === 'button' ? one.text.text : [])) : [],
  );
}
