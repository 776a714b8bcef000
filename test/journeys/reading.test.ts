import { expect, it } from 'vitest';
import { readMessage } from '../../src/sandbox/bitrix24/chat/read-message.ts';
import { renderMessage } from '../../src/sandbox/bitrix24/chat/render-chat.ts';
import type { JsonObject } from '../../src/sandbox/slack/json.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import { overSocket } from '../support/harness.ts';
import { copiedCode, effectsOf } from '../translation/reader.ts';
import { formOf, openJourney, sendTo, sentReply, shortcut } from './composing.ts';

/** One service for many rows: `typed` and `passedOn` give what arrives at the portal. */
async function openChat() {
  const harness = await openJourney(overSocket);
  await harness.link('anna', 7);
  await harness.link('bob', 9);
  const [anna, bob] = [harness.slack.as('anna'), harness.slack.as('bob')];
  let told: SeenMessage | undefined;
  const arrived = async () => {
    told = await sentReply(anna, told?.order);
    return harness.portal.chat(51).at(-1)?.text ?? '';
  };
  return {
    bob: bob.id,
    /** A text as Slack sends it with a command. */
    async typed(text: string): Promise<string> {
      await anna.command(`/b24task 51 ${text}`, { raw: true });
      return arrived();
    },
    /** A message of Bob's that Anna passes on. */
    async passedOn(message: string | JsonObject, comment?: string): Promise<string> {
      await anna.shortcut(shortcut, await bob.post(message));
      await formOf(anna);
      await sendTo(anna, 51, comment === undefined ? {} : { comment });
      return arrived();
    },
  };
}

const preformatted = (text: string): JsonObject => ({
  type: 'rich_text_preformatted',
  elements: [{ type: 'text', text }],
});
const section = (...elements: JsonObject[]): JsonObject => ({ type: 'rich_text_section', elements });
const rich = (...elements: JsonObject[]): JsonObject => ({ text: '', blocks: [{ type: 'rich_text', elements }] });

/** What Slack sends, and what is read on the web and on phones. */
const rows: readonly (readonly [name: string, slack: string, shown: string])[] = [
  ['entities', '&amp;#91;USER=all&amp;#93;x&amp;#91;/USER&amp;#93;', '&#91;USER=all&#93;x&#91;/USER&#93;'],
  [
    'all other entities',
    ['nbsp', 'quot', '#092', '#036', '#33', '#39', 'lt', 'gt', '#124', 'amp', '#169', 'copy', '#x5B']
      .map((name) => `&amp;${name};`)
      .join(''),
    '&nbsp;&quot;&#092;&#036;&#33;&#39;&lt;&gt;&#124;&amp;&#169;&copy;&#x5B;',
  ],
  ['line breaks of the portal', 'a#BR#&gt;&gt;q', 'a#BR#>>q'],
  ['a command behind one', '#BR#/me waves', '#BR#/me waves'],
  [
    'tags',
    'use &lt;br&gt; and &lt;br /&gt; and &lt;nomodify&gt;x&lt;/nomodify&gt; and [br] here',
    'use <br> and <br /> and <nomodify>x</nomodify> and [br] here',
  ],
  ['an entity that was meant', 'A &amp;amp; B', 'A &amp; B'],
  [
    'emoji by their bytes, and signs',
    ':f09f9880: (C) (TM) (R) &amp; ####REPLACEMENT_MARK_0####',
    ':f09f9880: (C) (TM) (R) & ####REPLACEMENT_MARK_0####',
  ],
  ['signs that stand alone', 'so :) or 8) ;-) :facepalm: end', 'so :) or 8) ;-) :facepalm: end'],
  [
    'a bar',
    `-${'-'.repeat(53)}\nAnn [12:00]\nhi\n${'-'.repeat(54)}`,
    `${'-'.repeat(54)}\nAnn [12:00]\nhi\n${'-'.repeat(54)}`,
  ],
  ['a bot command in a line', 'see\n/giphy cat\n /loud', 'see\n/giphy cat\n/loud'],
  ['Markdown', 'a **b** __c__ ~~d~~ [x](y) ![z](w) 1\\. x\\! # f', 'a **b** __c__ ~~d~~ [x](y) ![z](w) 1\\. x\\! # f'],
  ['Markdown of lines', 'head\n===\n# h\n---\n| a |\n|---|\n| b |', 'head\n===\n# h\n---\n| a |\n|---|\n| b |'],
  ['code within a line', 'run `npm ci` first', 'run `npm ci` first'],
  ['an uppercase scheme', '<HTTPS://EXAMPLE.COM/X|label>', 'label <https://EXAMPLE.COM/X>'],
  ['a bold address', 'see *www.example.com* there', 'see *www.example.com <http://www.example.com>* there'],
  ['a bold link', '*<https://example.com/x>*', '*https://example.com/x*'],
  ['a zero', '0', '0'],
];

it('a typed text is shown unchanged in Bitrix24, and only what was meant has an effect', async () => {
  const { typed } = await openChat();
  for (const [name, slack, shown] of rows) {
    const text = await typed(slack);
    const { alive, ...others } = effectsOf(text);
    expect(others, name).toEqual({ notified: [], commands: [], quotes: 0 });
    expect(
      alive.filter((one) => !/^(?:bold|link.*)$/.test(one)),
      name,
    ).toEqual([]);
    expect(renderMessage(text, 'web'), name).toBe(shown);
    expect(renderMessage(text, 'mobile').replace(/^ /m, ''), name).toBe(shown);
  }
});

it('inline code stays in one piece, and its words are in notifications', async () => {
  const { passedOn } = await openChat();
  const text = await passedOn(
    rich(
      section(
        { type: 'text', text: 'curl -s ', style: { code: true } },
        { type: 'link', url: 'https://example.com/x', text: 'page', style: { code: true } },
        { type: 'text', text: ' | jq .', style: { code: true } },
      ),
    ),
  );
  expect(renderMessage(text, 'web')).toContain('│ `curl -s page | jq .`');
  expect(readMessage(text).push).toContain('`curl -s page | jq .`');
});

it('code is copied from Bitrix24 unchanged', async () => {
  const { passedOn } = await openChat();
  for (const code of ['a:\n  b:\n    c: 1', 'x = a[i]', 'def f():\n   return g(1,  8)', 'tuple[int]\n[b]no code[/b]']) {
    const text = await passedOn(rich(preformatted(code)), `see ${code.length}`);
    for (const build of ['im 26.800', 'im 26.900', 'im 26.900 with Markdown'] as const) {
      expect(copiedCode(text, build)).toEqual([code]);
    }
    expect(text).not.toMatch(/[\u2060\ufeff]/);
  }
});

it('a forwarded message begins with its author, and notifies nobody who is named in it', async () => {
  const { passedOn, bob } = await openChat();
  const failed = await passedOn('Deploy failed');
  expect(failed).toMatch(/^\[b\]Boris Weber\[\/b\] · #general · \[timestamp=.*\n>>Deploy failed$/);
  expect(effectsOf(failed).notified).toEqual([]);
  expect(readMessage(failed).push).toMatch(/^Boris Weber · #general · .* >>Deploy failed$/);

  const asked = await passedOn({ text: `ask <@${bob}> please` }, 'for *you* to see');
  expect(asked).toMatch(/^for \[b\]you\[\/b\] to see\n\n\[b\]Boris Weber/);
  expect(asked).toContain('>>ask @Boris Weber please');
  expect(effectsOf(asked).notified).toEqual([]);
  expect(readMessage(asked).push).toMatch(/^for you to see/);

  const nested = await passedOn(
    rich(
      section({ type: 'text', text: 'one' }),
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'two' }] },
      preformatted('three'),
      section({ type: 'text', text: '\nfour\n' }),
    ),
  );
  expect(nested.split('\n').slice(1)).toEqual(['>>one', '>>│ two', '[code]three[/code]', '>>four']);
  for (const view of ['web', 'mobile'] as const) {
    expect(renderMessage(nested, view).split('\n').slice(1)).toEqual(['│ one', '│ │ two', '    three', '│ four']);
  }
});
