import { describe, expect, it } from 'vitest';
import { textsIn } from '../../src/locales/locale.ts';
import { objectAt, textAt } from '../../src/sandbox/slack/json.ts';
import type { OpenView } from '../../src/sandbox/slack/state/views.ts';
import { fieldText } from '../support/field-text.ts';
import { overHttp, overSocket } from '../support/harness.ts';
import { expectNothingRefused, formOf, openJourney, sendTo, wordsOf } from './composing.ts';

/** Nothing that was typed is lost by an answer: each leads on with the text. */
const ways = [
  { setup: overHttp, name: 'anna', locale: 'en', userId: 7 },
  { setup: overSocket, name: 'bob', locale: 'ru', userId: 9 },
] as const;

describe.each(ways)('over $setup.mode, in $locale, somebody', ({ setup, name, locale, userId }) => {
  const { buttons, compose } = textsIn(locale);

  it('who has no access to the task chooses another one, with the text filled in', async () => {
    const harness = await openJourney(setup);
    await harness.chooseLanguage(name, locale);
    await harness.link(name, userId);
    const person = harness.slack.as(name);
    await person.command('/b24task 999 the *draft* of <Q3> & more');
    const refused = await person.waitFor(({ text }) => /^\*(?:Not sent|Не отправлено)\*/.test(text));
    expect(JSON.stringify(refused.blocks[0])).toContain('the draft of <Q3> & more');
    await person.click(buttons.chooseTask, { on: refused });
    const form = await formOf(person);
    expect(fieldText(form)).toBe('the draft of <Q3> & more');
    expect(await sendTo(person, 51)).toMatchObject({ outcome: 'cleared' });
    await person.waitFor(({ text }) => text.includes('51') && /^(?:Sent|Отправлено)/.test(text), { after: refused });
    expect(harness.portal.chat(51)[0]?.text).toContain('the [b]draft[/b] of');
    expectNothingRefused(harness);
  });

  it('whose text is too long to be sent, and for a field, gets all of it back, page by page', async () => {
    const harness = await openJourney(setup);
    await harness.chooseLanguage(name, locale);
    await harness.link(name, userId);
    const person = harness.slack.as(name);
    const text = Array.from({ length: 9_000 }, (_, at) => `строка ${at} `)
      .join('')
      .trimEnd();
    await person.command(`/b24task ${text}`);
    const isPage = (page: number) => (view: OpenView) => wordsOf(view).includes(compose.wholeText({ page, pages: 2 }));
    const first = await person.waitForView(isPage(1));
    const shown = sectionsOf(first);
    await person.click(buttons.nextPart, { on: first });
    const second = await person.waitForView(isPage(2));
    expect([...shown, ...sectionsOf(second)].join('')).toBe(text);
    await person.click(buttons.earlierPart, { on: second });
    expect(sectionsOf(await person.waitForView(isPage(1)))).toEqual(shown);
    expect(harness.portal.counts.messages).toBe(0);
    expectNothingRefused(harness);
  });

  it('who passed a message on chooses another task for it as well', async () => {
    const harness = await openJourney(setup);
    await harness.chooseLanguage(name, locale);
    await harness.link(name, userId);
    const person = harness.slack.as(name);
    await person.shortcut('send_to_b24task', await harness.slack.as('carol').post('the numbers'));
    await formOf(person);
    harness.portal.faults.set({ kind: 'error', code: 'X', status: 418, shape: 'flat', moment: 'before' });
    await sendTo(person, 51, { comment: 'look' });
    const refused = await person.waitFor(({ text }) => /^\*(?:Not sent|Не отправлено)\*/.test(text));
    expect(JSON.stringify(refused.blocks[0])).toMatch(/[“«]look[”»]/);
    expectNothingRefused(harness);
  });

  it('whose task number is not valid goes on in the form', async () => {
    const harness = await openJourney(setup);
    await harness.chooseLanguage(name, locale);
    await harness.link(name, userId);
    const person = harness.slack.as(name);
    await person.command('/b24task 051 typed once');
    await person.click(buttons.asMessage);
    expect(fieldText(await formOf(person))).toBe('051 typed once');
    expect(await sendTo(person, 52, { comment: 'typed once' })).toMatchObject({ outcome: 'cleared' });
    await person.waitFor(({ text }) => /^(?:Sent|Отправлено)/.test(text));
    expect(harness.portal.chat(52)[0]?.text).toBe('typed once');
    expectNothingRefused(harness);
  });

  it('who is not connected connects, and goes on with the task and the text', async () => {
    const harness = await openJourney(setup);
    await harness.chooseLanguage(name, locale);
    const person = harness.slack.as(name);
    await person.command('/b24task 51 do not lose me');
    await person.click(buttons.link);
    await person.waitForView(({ content }) => content['callback_id'] === 'b24task.link');
    expect(await person.submit({ 'webhook-url': harness.webhookFor(userId) })).toMatchObject({ outcome: 'updated' });
    const form = await formOf(person);
    expect(form.values).toMatchObject({ task: { task: { selected_option: { value: '51' } } } });
    expect(fieldText(form)).toBe('do not lose me');
    expect(await person.submit()).toMatchObject({ outcome: 'cleared' });
    await person.waitFor(({ text }) => /^(?:Sent|Отправлено)/.test(text));
    expect(harness.portal.chat(51)).toMatchObject([{ author: { id: userId }, text: 'do not lose me' }]);
    expectNothingRefused(harness);
  });

  it('whose connection is not accepted any more connects again, and what waits goes out', async () => {
    const harness = await openJourney(setup);
    await harness.chooseLanguage(name, locale);
    await harness.link(name, userId);
    harness.portal.setUserActive(userId, false);
    const person = harness.slack.as(name);
    await person.command('/b24task 51 waiting for me');
    const parked = await person.waitFor(({ text }) => /^\*(?:Not sent yet|Пока не отправлено):\*/.test(text));
    harness.portal.setUserActive(userId, true);
    await person.click(buttons.connectAgain, { on: parked });
    await person.waitForView(({ content }) => content['callback_id'] === 'b24task.link');
    await person.submit({ 'webhook-url': harness.webhookFor(userId) });
    await person.waitFor(({ text }) => /^(?:Sent|Отправлено)/.test(text), { after: parked });
    expect(harness.portal.chat(51)[0]?.text).toBe('waiting for me');
    expectNothingRefused(harness);
  });

  it('who must look first is led into the task, and then may send again', async () => {
    const harness = await openJourney(setup);
    await harness.chooseLanguage(name, locale);
    await harness.link(name, userId);
    harness.portal.lacks.add('im.dialog.messages.get');
    harness.portal.faults.script(({ method }) =>
      method === 'tasks.task.chat.message.send' ? { kind: 'html', status: 200, moment: 'before' } : undefined,
    );
    const person = harness.slack.as(name);
    await person.command('/b24task 51 perhaps');
    const unknown = await person.waitFor(({ text }) => /^\*(?:It is not certain|Неизвестно)\*/.test(text));
    harness.portal.faults.clear();
    await person.click(buttons.openTask, { on: unknown });
    await person.click(buttons.sendAgain, { on: unknown });
    await person.waitFor(({ text }) => /^(?:Sent|Отправлено)/.test(text), { after: unknown });
    expectNothingRefused(harness);
  });
});

/** The texts of a window's paragraphs, as they are copied. */
function sectionsOf({ blocks }: OpenView): readonly string[] {
  const sections = blocks.filter((block) => block['type'] === 'section');
  return sections.map((block) => textAt(objectAt(block, 'text'), 'text') ?? '');
}
