import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMessageProblems, findViewProblems } from '../../../src/sandbox/slack/block-kit/check-surfaces.ts';
import type { Json, JsonObject } from '../../../src/sandbox/slack/json.ts';
import { plain } from './bolt-app.ts';

const option = (text: string, value = text) => ({ text: plain(text), value });
const many = (count: number, make: (index: number) => JsonObject): JsonObject[] =>
  Array.from({ length: count }, (_item, index) => make(index));
const x = (length: number) => 'x'.repeat(length);

const input = (element: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'input',
  label: plain('Label'),
  element,
  ...more,
});
const actions = (...elements: JsonObject[]): JsonObject => ({ type: 'actions', elements });
const button = (more: JsonObject = {}): JsonObject => ({ type: 'button', text: plain('Go'), ...more });
const section = (more: JsonObject = {}): JsonObject => ({ type: 'section', text: plain('Text'), ...more });
const alert = (more: JsonObject = {}): JsonObject => ({ type: 'alert', text: plain('Careful'), ...more });
const richText: JsonObject = { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [] }] };
const inSection = (...elements: JsonObject[]): JsonObject => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});
const everyRichText: JsonObject = {
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_section',
      elements: [
        { type: 'text', text: 'a', style: { bold: true, italic: true, strike: true, underline: true, code: true } },
        { type: 'link', url: 'https://x.example', text: 'x' },
        { type: 'user', user_id: 'U1' },
        { type: 'channel', channel_id: 'C1' },
        { type: 'usergroup', usergroup_id: 'S1' },
        { type: 'team', team_id: 'T1' },
        { type: 'broadcast', range: 'here' },
        { type: 'emoji', name: 'tada' },
        { type: 'date', timestamp: 1, format: '{time}', fallback: 'then' },
      ],
    },
    { type: 'rich_text_quote', elements: [{ type: 'text', text: 'q' }] },
    { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'c' }], border: 1 },
    {
      type: 'rich_text_list',
      style: 'ordered',
      indent: 8,
      offset: 3,
      border: 0,
      elements: [{ type: 'rich_text_section', elements: [] }],
    },
  ],
};
const select = (more: JsonObject = {}): JsonObject => ({ type: 'static_select', options: [option('a')], ...more });
const modal = (blocks: Json[], more: JsonObject = {}): JsonObject => ({
  type: 'modal',
  title: plain('Title'),
  submit: plain('Send'),
  blocks,
  ...more,
});

describe('a view within the limits', () => {
  it.each<[string, JsonObject]>([
    ['an empty modal', modal([])],
    [
      'the longest title, buttons and ids',
      modal([], { title: plain(x(24)), close: plain(x(24)), callback_id: x(255) }),
    ],
    ['the longest private metadata', modal([], { private_metadata: x(3000) })],
    ['a hundred blocks', modal(many(100, () => ({ type: 'divider' })))],
    ['the longest section', modal([section({ text: { type: 'mrkdwn', text: x(3000) } })])],
    [
      'the longest option',
      modal([input(select({ options: [{ ...option(x(75), x(150)), description: plain(x(75)) }] }))]),
    ],
    ['a prefilled field', modal([input({ type: 'plain_text_input', initial_value: x(3000), max_length: 3000 })])],
    ['an initial option', modal([input(select({ initial_option: option('a') }))])],
    ['a search field', modal([input({ type: 'external_select', min_query_length: 0, initial_option: option('a') })])],
    ['a formatted field', modal([input({ type: 'rich_text_input', initial_value: richText, max_lines: 100 })])],
    ['a field of every kind of rich text', modal([input({ type: 'rich_text_input', initial_value: everyRichText })])],
    ['the longest alert', modal([alert({ text: plain(x(200)), level: 'warning' })])],
    ['a home tab', { type: 'home', blocks: [section({ accessory: button({ url: 'https://x.example' }) })] }],
    [
      'an image with a description',
      modal([{ type: 'image', image_url: 'https://x.example/a.png', alt_text: 'a cat' }]),
    ],
  ])('is fine: %s', (_what, view) => {
    expect(findViewProblems(view)).toEqual([]);
  });
});

describe('a view beyond the limits', () => {
  it.each<[string, JsonObject, string]>([
    ['no type', { blocks: [] }, '/view/type'],
    ['no title', { type: 'modal', blocks: [] }, '/view/title'],
    ['no blocks', { type: 'modal', title: plain('T') }, '/view/blocks'],
    ['a long title', modal([], { title: plain(x(25)) }), '/view/title/text'],
    ['a title in mrkdwn', modal([], { title: { type: 'mrkdwn', text: 'T' } }), '/view/title/type'],
    ['a long submit', modal([], { submit: plain(x(25)) }), '/view/submit/text'],
    ['a long close', modal([], { close: plain(x(25)) }), '/view/close/text'],
    ['much metadata', modal([], { private_metadata: x(3001) }), '/view/private_metadata'],
    ['a long callback id', modal([], { callback_id: x(256) }), '/view/callback_id'],
    ['an unknown property', modal([], { colour: 'red' }), 'colour'],
    ['too many blocks', modal(many(101, () => ({ type: 'divider' }))), '/view/blocks'],
    ['an invented block', modal([{ type: 'hologram' }]), '/view/blocks/0/type'],
    ['an unknown block property', modal([section({ textt: plain('x') })]), 'textt'],
    ['a markdown block in a modal', modal([{ type: 'markdown', text: 'x' }]), '/view/blocks/0/type'],
    ['a repeated block id', modal([section({ block_id: 'b' }), section({ block_id: 'b' })]), '/view/blocks/1/block_id'],
    ['a long block id', modal([section({ block_id: x(256) })]), '/view/blocks/0/block_id'],
    [
      'a formatted field of plain text',
      modal([input({ type: 'rich_text_input', initial_value: 'x' })]),
      '/initial_value',
    ],
    ['a formatted field without lines', modal([input({ type: 'rich_text_input', min_lines: 0 })]), '/min_lines'],
    ['a formatted field of 101 lines', modal([input({ type: 'rich_text_input', max_lines: 101 })]), '/max_lines'],
    ['a formatted field with a length', modal([input({ type: 'rich_text_input', max_length: 9 })]), 'max_length'],
    ['a long alert', modal([alert({ text: plain(x(201)) })]), '/view/blocks/0/text/text'],
    ['an alert without text', modal([{ type: 'alert' }]), '/view/blocks/0/text'],
    ['an alert of another level', modal([alert({ level: 'fatal' })]), '/view/blocks/0/level'],
    ['an alert on Home', { type: 'home', blocks: [alert()] }, '/view/blocks/0/type'],
    ['a section without text', modal([{ type: 'section' }]), '/view/blocks/0'],
    ['an empty section', modal([section({ text: plain('') })]), '/view/blocks/0/text/text'],
    ['a long section', modal([section({ text: plain(x(3001)) })]), '/view/blocks/0/text/text'],
    ['eleven fields', modal([section({ fields: many(11, () => plain('x')) })]), '/fields'],
    ['a long field', modal([section({ fields: [plain(x(2001))] })]), '/fields/0/text'],
    ['a long header', modal([{ type: 'header', text: plain(x(151)) }]), '/view/blocks/0/text/text'],
    ['an empty context', modal([{ type: 'context', elements: [] }]), '/elements'],
    ['an image without a description', modal([{ type: 'image', image_url: 'https://x.example' }]), '/alt_text'],
    [
      'an accessory image without a description',
      modal([section({ accessory: { type: 'image', image_url: 'x' } })]),
      '/accessory/alt_text',
    ],
    ['an image from nowhere', modal([{ type: 'image', alt_text: 'x' }]), '/view/blocks/0'],
    ['an input without submit', { type: 'modal', title: plain('T'), blocks: [input(select())] }, '/view/submit'],
    ['an input without a label', modal([{ type: 'input', element: select() }]), '/label'],
    ['a long hint', modal([input(select(), { hint: plain(x(2001)) })]), '/hint/text'],
    ['a button as input', modal([input(button())]), '/element/type'],
    ['a text field among actions', modal([actions({ type: 'plain_text_input' })]), '/elements/0/type'],
    ['an invented element', modal([actions({ type: 'lever' })]), '/elements/0/type'],
    [
      'a repeated action id',
      modal([actions(button({ action_id: 'a' }), button({ action_id: 'a' }))]),
      '/elements/1/action_id',
    ],
    ['a long action id', modal([actions(button({ action_id: x(256) }))]), '/action_id'],
    ['26 buttons', modal([actions(...many(26, (n) => button({ action_id: `a${n}` })))]), '/elements'],
    ['a long button', modal([actions(button({ text: plain(x(76)) }))]), '/text/text'],
    ['a long button value', modal([actions(button({ value: x(2001) }))]), '/value'],
    ['a coloured button', modal([actions(button({ style: 'green' }))]), '/style'],
    ['a half confirmation', modal([actions(button({ confirm: { title: plain('Sure?') } }))]), '/confirm/text'],
    ['a long initial value', modal([input({ type: 'plain_text_input', initial_value: x(3001) })]), '/initial_value'],
    ['a field for 3001 characters', modal([input({ type: 'plain_text_input', max_length: 3001 })]), '/max_length'],
    ['a long placeholder', modal([input({ type: 'plain_text_input', placeholder: plain(x(151)) })]), '/placeholder'],
    ['101 options', modal([input(select({ options: many(101, (n) => option(`o${n}`)) }))]), '/options'],
    ['no options', modal([input(select({ options: [] }))]), '/options'],
    ['a long option', modal([input(select({ options: [option(x(76))] }))]), '/options/0/text/text'],
    ['a long option value', modal([input(select({ options: [option('a', x(151))] }))]), '/options/0/value'],
    ['a foreign initial option', modal([input(select({ initial_option: option('b') }))]), '/initial_option'],
    [
      'eleven checkboxes',
      modal([input({ type: 'checkboxes', options: many(11, (n) => option(`o${n}`)) })]),
      '/options',
    ],
    ['a number without its kind', modal([input({ type: 'number_input' })]), '/is_decimal_allowed'],
    [
      'two focused fields',
      modal([
        input({ type: 'plain_text_input', focus_on_load: true }),
        input({ type: 'url_text_input', focus_on_load: true }),
      ]),
      'focus_on_load',
    ],
    ['a home tab with a title', { type: 'home', title: plain('T'), blocks: [] }, 'title'],
    [
      'a broken list of rich text',
      modal([{ type: 'rich_text', elements: [{ type: 'text', text: 'x' }] }]),
      '/elements/0/type',
    ],
    ['rich text of nothing', modal([inSection({ type: 'text', text: '' })]), '/elements/0/elements/0/text'],
    ['a style that is not', modal([inSection({ type: 'text', text: 'x', style: { highlight: false } })]), 'highlight'],
    ['a person without an id', modal([inSection({ type: 'user', userId: 'U1' })]), '/user_id'],
    ['a call to nobody', modal([inSection({ type: 'broadcast', range: 'all' })]), '/range'],
    ['a date without a time', modal([inSection({ type: 'date', format: '{time}' })]), '/timestamp'],
    ['an invented piece of text', modal([inSection({ type: 'sparkle' })]), '/elements/0/elements/0/type'],
    [
      'a person in code',
      modal([{ type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'user' }] }] }]),
      '/elements/0/elements/0/type',
    ],
    [
      'a list that is too deep',
      modal([{ type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', indent: 9, elements: [] }] }]),
      '/indent',
    ],
    [
      'a list of loose text',
      modal([{ type: 'rich_text', elements: [{ type: 'rich_text_list', elements: [{ type: 'text', text: 'x' }] }] }]),
      '/elements/0/elements/0/type',
    ],
    [
      'a field with rich text that is none',
      modal([input({ type: 'rich_text_input', initial_value: inSection({ type: 'text', text: '' }) })]),
      '/initial_value/elements/0/elements/0/text',
    ],
  ])('is refused: %s', (_what, view, where) => {
    expect(findViewProblems(view)).toContainEqual(expect.stringContaining(where));
  });
});

describe('a message', () => {
  it('may have up to fifty blocks, and markdown', () => {
    const blocks = [...many(49, () => ({ type: 'divider' })), { type: 'markdown', text: x(12_000) }];
    expect(findMessageProblems({ text: 'x', blocks })).toEqual([]);
    expect(findMessageProblems({ blocks: [...blocks, { type: 'divider' }] })).toHaveLength(1);
  });

  it('may have 12,000 characters of markdown in all', () => {
    const blocks = [
      { type: 'markdown', text: x(6001) },
      { type: 'markdown', text: x(6000) },
    ];
    expect(findMessageProblems({ blocks })).toEqual([expect.stringContaining('12001')]);
  });
});

it('the checks answer for any JSON without failing themselves', () => {
  const block = fc.jsonValue().chain((noise) =>
    fc.record({
      type: fc.constantFrom('section', 'input', 'actions', 'context', 'rich_text', 'header'),
      text: fc.constant(noise),
      element: fc.jsonValue(),
      elements: fc.jsonValue(),
      accessory: fc.jsonValue(),
    }),
  );
  fc.assert(
    fc.property(fc.array(block), (blocks) => {
      const view: JsonObject = JSON.parse(JSON.stringify({ type: 'modal', title: plain('T'), blocks }));
      return Array.isArray(findViewProblems(view)) && Array.isArray(findMessageProblems(view));
    }),
  );
});
