import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../src/locales/en.ts';
import { renderMessage } from '../../src/sandbox/bitrix24/chat/render-chat.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { JsonObject } from '../../src/sandbox/slack/json.ts';
import { quickTiming } from '../support/harness.ts';
import { patientSlack } from '../support/patient-slack.ts';
import { expectNothingRefused, formOf, sendTo, sentReply, shortcut, wordsOf } from './composing.ts';

/** `see` is what readers find in web and mobile, `never` what they must not meet; `told` and `untold` are losses. */
type Row = readonly [
  name: string,
  message: JsonObject,
  expected: { see?: string[]; never?: string[]; told?: string[]; untold?: string[] },
];

const lossOfParts = 'Only the readable text is left of';
const text = (words: string) => ({ type: 'text', text: words });
const section = (...elements: JsonObject[]) => ({ type: 'rich_text_section', elements });
const rich = (...elements: JsonObject[]) => ({ type: 'rich_text', elements });
const plain = (words: string) => ({ type: 'plain_text', text: words, emoji: true });
const option = (words: string) => ({ text: plain(words), value: words });
const shared = (fields: JsonObject) => ({
  text: 'look',
  attachments: [{ is_share: true, author_name: 'Bob &amp; co', ts: '1720710212.1', ...fields }],
});
const inner = (message: JsonObject) => ({ message_blocks: [{ message }] });
const roadmap = { id: 'F8', filetype: 'quip', title: 'Roadmap', permalink: 'https://acme.slack.com/docs/F8' };

const rows: readonly Row[] = [
  [
    'a list',
    {
      text: 'x',
      blocks: [
        rich({ type: 'rich_text_list', style: 'bullet', elements: [section(text('one')), section(text('two'))] }),
      ],
    },
    { see: ['• one', '• two'], untold: [lossOfParts] },
  ],
  [
    'a forwarded message with text only in the fallback',
    shared({ fallback: '[July 11th, 2024 3:03 PM] bob: the words' }),
    { see: ['Bob & co', 'the words'], never: ['July', '&amp;'] },
  ],
  [
    'a forwarded message with text only in the attachments of the inner message',
    shared(inner({ text: '', attachments: [{ title: 'Alert', text: 'disk full' }] })),
    { see: ['Alert', 'disk full'] },
  ],
  [
    'a forwarded message with text beside an empty rich text',
    shared({ text: 'the words', ...inner({ blocks: [rich()] }) }),
    { see: ['the words'] },
  ],
  [
    'a forwarded message with text beside a divider',
    shared({ text: 'the words', blocks: [{ type: 'divider' }] }),
    { see: ['the words'] },
  ],
  ['nested attachments', shared({ text: 'outer', attachments: [{ text: 'nested' }] }), { see: ['outer', 'nested'] }],
  [
    'a forwarded message without any text',
    shared({ fallback: '[no preview available]' }),
    { see: ['Bob & co'], never: ['no preview'], told: [en.message.forwardedText] },
  ],
  [
    'a huddle',
    {
      subtype: 'huddle_thread',
      text: '',
      room: { call_family: 'huddle', date_start: 1_720_710_000, huddle_link: 'https://app.slack.com/huddle/T1/C1' },
    },
    { see: ['Huddle', 'https://app.slack.com/huddle/T1/C1', '2024-07-11'] },
  ],
  [
    'a call',
    {
      text: '',
      blocks: [
        {
          type: 'call',
          call_id: 'R2',
          call: { v1: { name: 'Weekly', join_url: 'https://zoom.example/j?a=1&amp;b=2' } },
        },
      ],
    },
    { see: ['Weekly', 'https://zoom.example/j?a=1&b=2'], never: ['R2', '&amp;'], untold: [lossOfParts] },
  ],
  [
    'files that Slack keeps back',
    {
      text: 'here',
      files: [
        { id: 'F4AAA', mode: 'tombstone' },
        { id: 'F4BBB', mode: 'hidden_by_limit' },
        { id: 'F4CCC', file_access: 'check_file_info' },
      ],
    },
    {
      see: [en.message.deletedFile, en.message.hiddenFile, en.message.unseenFile],
      never: ['F4AAA', 'F4BBB', 'F4CCC'],
    },
  ],
  [
    'a mail',
    {
      text: '',
      files: [
        {
          id: 'F5',
          mode: 'email',
          title: 'Offer',
          subject: 'Offer',
          from: [{ name: 'Ann Lee', address: 'ann@example.com' }],
          plain_text: 'Dear all,\nhello',
        },
      ],
    },
    { see: ['Offer', 'From: Ann Lee (ann@example.com)', 'Dear all,', 'hello'], untold: ['not carried over'] },
  ],
  [
    'a snippet',
    { text: 'here', files: [{ id: 'F6', mode: 'snippet', title: 'fix.js', preview: 'a &lt; b', lines_more: 0 }] },
    { see: ['fix.js', 'a < b'], untold: ['not carried over'] },
  ],
  [
    'a voice clip',
    {
      text: '',
      files: [{ id: 'F7', title: 'clip', transcription: { preview: { content: 'hello there', has_more: false } } }],
    },
    { see: ['clip', 'hello there'], told: ['not carried over'] },
  ],
  [
    'a canvas beside its element',
    { text: '', blocks: [rich(section(text('see '), { type: 'canvas', file_id: 'F8' }))], files: [roadmap] },
    { see: ['see Roadmap', 'https://acme.slack.com/docs/F8'], never: ['F8>\nF8'] },
  ],
  [
    'a poll',
    {
      text: 'poll',
      blocks: [
        {
          type: 'actions',
          elements: [
            {
              type: 'radio_buttons',
              options: [option('Tea &amp; cake'), option('Coffee')],
              initial_option: option('Coffee'),
            },
          ],
        },
      ],
    },
    { see: ['○ Tea & cake', '● Coffee'] },
  ],
  [
    'private places',
    { text: 'in <#C0PRIV> and <#D0ABC> and <#C0PRIV|>' },
    { see: [en.message.places.directMessage, en.message.places.channel], never: ['C0PRIV', 'D0ABC'] },
  ],
  [
    'a button with entities and emoji names',
    {
      text: 'x',
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', text: plain('A &amp; B :rocket:'), url: 'https://example.com/?a=1&amp;b=2' }],
        },
      ],
    },
    { see: ['A & B 🚀 <https://example.com/?a=1&b=2>'], never: ['&amp;', ':rocket:'] },
  ],
  [
    'an image with a title of blanks',
    {
      text: 'x',
      blocks: [
        { type: 'image', image_url: 'https://example.com/i.png?a=1&amp;b=2', title: plain(' '), alt_text: 'a kitten' },
      ],
    },
    { see: ['a kitten <https://example.com/i.png?a=1&b=2>'] },
  ],
  ['a label without a scheme', { text: 'see <host.example|the host>' }, { see: ['see the host'], never: ['|'] }],
  [
    'a name of an app with entities and emoji names',
    { user: null, bot_id: 'B0OTHER', username: 'R&amp;D :rocket:', text: 'built' },
    { see: ['R&D 🚀', 'built'], never: ['&amp;', 'B0OTHER'] },
  ],
  [
    'a chart',
    {
      text: 'x',
      blocks: [
        { type: 'data_visualization', title: 'Bars', chart: { type: 'pie', segments: [{ label: 'Kit', value: 45 }] } },
      ],
    },
    { see: ['Bars', 'Kit: 45'], told: ['data_visualization'] },
  ],
  [
    'a block of a new kind',
    { text: 'x', blocks: [{ type: 'hologram', parts: [{ body: { type: 'mrkdwn', text: '*deep* words' } }] }] },
    { see: ['deep', 'words'], told: ['hologram'] },
  ],
];

describe('a message that the shortcut passes on', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-test-'));
  let harness: Sandbox;
  beforeAll(async () => {
    harness = await startSandbox({
      slack: patientSlack,
      settings: { DATA_DIR: dataDir },
      overrides: { logSink: { write() {} }, timing: quickTiming },
    });
    // Without im, files are among what is told.
    await harness.link('anna', 7, ['task', 'tasks']);
  });
  afterAll(async () => {
    await harness.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** What web and mobile show of the message, and the form that it was sent from. */
  async function passOn(message: JsonObject, comment?: string) {
    const { slack, portal } = harness;
    const anna = slack.as('anna');
    const before = portal.chat(51).length;
    const posted = await slack.as('bob').post(message);
    await anna.shortcut(shortcut, posted);
    const form = wordsOf(await formOf(anna));
    await sendTo(anna, 51, comment === undefined ? {} : { comment });
    await sentReply(anna, posted.order);
    const [sent] = portal.chat(51).slice(before);
    const stored = sent?.text ?? '';
    expectNothingRefused(harness);
    return { form, shown: [renderMessage(stored, 'web'), renderMessage(stored, 'mobile')] };
  }

  it.each(rows)('%s', async (_name, message, { see = [], never = [], told = [], untold = [] }) => {
    const { form, shown } = await passOn(message);
    for (const view of shown) {
      for (const words of see) {
        expect(view).toContain(words);
      }
      for (const words of never) {
        expect(view).not.toContain(words);
      }
    }
    for (const words of told) {
      expect(form).toContain(words);
    }
    for (const words of untold) {
      expect(form).not.toContain(words);
    }
  });

  it('names who posted through an app: the person, the app, or both', async () => {
    const { slack } = harness;
    const [team] = slack.directory.teams.values();
    const { id: carol } = slack.directory.person('carol');
    const bot = { bot_id: team?.botId ?? '' };
    const byPerson = await passOn({ ...bot, user: carol, text: 'posted by hand' });
    const byBotUser = await passOn({ ...bot, user: team?.botUserId ?? '', text: 'posted by the app' });
    const byNamedBot = await passOn({
      ...bot,
      bot_profile: { name: 'CI' },
      user: team?.botUserId ?? '',
      text: 'built',
    });
    const byBot = await passOn({ ...bot, user: null, text: 'posted by an id' });
    expect(byPerson.shown[0]).toMatch(/carol.* via /);
    for (const { shown } of [byBotUser, byBot]) {
      expect(shown[0]).toContain(slack.app.name);
      expect(shown[0]).not.toMatch(/ via |B0/);
    }
    expect(byNamedBot.shown[0]).toMatch(/\*CI\*/);
    expect(slack.calls.filter(({ method }) => method === 'bots.info')).toHaveLength(1);
  });

  it('is not sent where nothing of it can be read; the form says what it is', async () => {
    const { slack, portal } = harness;
    const anna = slack.as('anna');
    const before = portal.chat(51).length;
    const message = await slack.as('bob').post({ text: '', blocks: [{ type: 'hologram', beam: 3 }] });
    await anna.shortcut(shortcut, message);
    const form = wordsOf(await formOf(anna));
    expect(form).toContain(en.compose.previewEmpty);
    expect(form).toContain('hologram');
    expect(await sendTo(anna, 51)).toMatchObject({ outcome: 'blocked' });
    expect(await anna.submit({ comment: ' ' })).toMatchObject({ errors: { comment: en.compose.errors.empty } });
    expect(portal.chat(51)).toHaveLength(before);
    expect(await anna.submit({ comment: 'look there' })).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna, message.order);
    const shown = renderMessage(portal.chat(51).at(before)?.text ?? '');
    expect(shown).toContain('look there');
    expect(shown).toContain('bob');
  });

  it('arrives when its text is 0', async () => {
    const { slack, portal } = harness;
    const before = portal.chat(51).length;
    const anna = slack.as('anna');
    const { order } = await slack.as('bob').post('before it');
    await anna.command('/b24task 51 0');
    await sentReply(anna, order);
    expect(renderMessage(portal.chat(51).at(before)?.text ?? '')).toMatch(/^0\u2060?$/);
  });
});
