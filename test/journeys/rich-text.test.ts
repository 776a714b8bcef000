import { describe, expect, it } from 'vitest';
import { en } from '../../src/locales/en.ts';
import { fieldText } from '../support/field-text.ts';
import { overHttp, overSocket } from '../support/harness.ts';
import { expectNothingRefused, formOf, openJourney, sendTo, sentReply, wordsOf } from './composing.ts';

const written = [
  '*Ready*, @bob: see https://acme.example/a?b=1 :tada:',
  '- one',
  '- two `x = a[i]`',
  '> as @carol said',
  '```',
  'npm ci',
  '```',
  '~later~ _now_',
].join('\n');

/** Bitrix24's codes for the same. */
const sent = [
  '[b]Ready[/b], [USER=9]Boris Weber[/USER]: see [url]https://acme.example/a?b=1[/url] 🎉',
  '• one',
  '• two `x = a[i]`',
  '>>as @carol said',
  '[code]npm ci[/code]',
  '[s]later[/s] [i]now[/i]',
];

/** Without the invisible characters that keep typed text from being alive. */
function linesOf(text: string | undefined): readonly string[] {
  return (text ?? '').replaceAll('\u2060', '').split('\n');
}

describe.each([overHttp, overSocket])('rich text in the form over $mode', (setup) => {
  it('arrives with its names, styles, lists, quotes and code', async () => {
    const harness = await openJourney(setup);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    await harness.link('bob', 9);
    const anna = slack.as('anna');
    await anna.command('/b24task');
    await formOf(anna);
    expect(await sendTo(anna, 51, { comment: written })).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna);
    expect(linesOf(portal.chat(51)[0]?.text)).toEqual(sent);
    expectNothingRefused(harness);
  });
});

describe('rich text', () => {
  it('that could not be sent is in the form again as it was, to be changed', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    await harness.link('bob', 9);
    const anna = slack.as('anna');
    await anna.command('/b24task');
    await formOf(anna);
    portal.faults.set({ kind: 'html', status: 403, moment: 'before' });
    await sendTo(anna, 51, { comment: written });
    const refused = await anna.waitFor(({ text }) => text.startsWith('*Not sent*'));
    portal.faults.clear();
    await anna.click(en.buttons.openForm, { on: refused });
    expect(fieldText(await formOf(anna))).toContain(`Ready, ${slack.as('bob').id}: see`);
    expect(await sendTo(anna, 52)).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna);
    expect(linesOf(portal.chat(52)[0]?.text)).toEqual(sent);
    expectNothingRefused(harness);
  });

  it('is in the form after its writer had to connect', async () => {
    const harness = await openJourney(overHttp);
    const { slack, portal } = harness;
    await harness.link('bob', 9);
    const anna = slack.as('anna');
    await anna.command('/b24task *ask* @bob');
    await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.link');
    await anna.submit({ 'webhook-url': harness.webhookFor(7) });
    expect(fieldText(await formOf(anna))).toBe(`ask ${slack.as('bob').id}`);
    expect(await sendTo(anna, 51)).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna);
    expect(linesOf(portal.chat(51)[0]?.text)).toEqual(['[b]ask[/b] [USER=9]Boris Weber[/USER]']);
    expectNothingRefused(harness);
  });

  it('that a command brought mentions whom it mentioned, also where Slack sends it only once it was touched', async () => {
    const harness = await openJourney(overSocket, { slack: { clients: { refusesUntouchedMentions: true } } });
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    await harness.link('bob', 9);
    const anna = slack.as('anna');
    await anna.command('/b24task ask @bob *today*');
    const form = await formOf(anna);
    expect(wordsOf(form)).toContain(en.compose.untouchedMention);
    expect(await sendTo(anna, 51)).toMatchObject({ outcome: 'failed' });
    expect(portal.counts.messages).toBe(0);
    slack.changeClients({ refusesUntouchedMentions: false });
    expect(await anna.submit()).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna);
    expect(linesOf(portal.chat(51)[0]?.text)).toEqual(['ask [USER=9]Boris Weber[/USER] [b]today[/b]']);
    await anna.command('/b24task nobody is mentioned here');
    expect(wordsOf(await formOf(anna))).not.toContain(en.compose.untouchedMention);
    expectNothingRefused(harness);
  });

  it.each(['absent', 'null', 'no text'] as const)('may be missing in any form that Slack sends: %s', async (form) => {
    const harness = await openJourney(overSocket, { slack: { clients: { emptyRichText: form } } });
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.shortcut('send_to_b24task', await slack.as('carol').post('the numbers'));
    await formOf(anna);
    expect(await sendTo(anna, 51)).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna);
    expect(portal.chat(51)[0]?.text).toMatch(/^\[b\]\S+/);
    await anna.command('/b24task');
    await formOf(anna);
    await anna.suggest('task', '');
    const empty = await anna.submit({ task: '51', comment: '' }, { force: true });
    expect(empty.errors).toEqual({ comment: en.compose.errors.empty });
    expectNothingRefused(harness);
  });

  it.each([
    ['20,000 Russian letters are in the field', 'я'.repeat(20_000), true],
    ['40,000 letters are in the field', 'word '.repeat(8_000), true],
    ['40,000 Russian letters are more than a window may hold, and go below it', 'слово '.repeat(6_666), false],
  ])('of any length is sent whole: %s', async (_, text, isInField) => {
    const harness = await openJourney(overHttp);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.command(`/b24task ${text}`);
    const form = await formOf(anna);
    expect(fieldText(form)).toBe(isInField ? text.trim() : '');
    expect(await sendTo(anna, 51)).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna);
    const parts = portal.chat(51).map((message) => linesOf(message.text).slice(-1).join(''));
    expect(parts.join(' ').replaceAll(/\s+/g, '')).toBe(text.replaceAll(/\s+/g, ''));
    expectNothingRefused(harness);
  });
});
