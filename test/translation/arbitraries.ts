import fc from 'fast-check';
import type { Block, Document, Inline, Names, Style } from '../../src/domain/document.ts';

/** Pieces of which attacks are made, so that chance puts them together. */
const shards = fc.constantFrom(
  '[',
  ']',
  '[/',
  '[b]',
  '[/b]',
  '[B',
  'b]',
  '=',
  '[url=',
  '[URL]',
  '[/url]',
  '[user=all]',
  '[USER=1]',
  '[/USER]',
  '[send=x]',
  '[put]',
  '[call=+1]',
  '[disk=1]',
  '[code]',
  '[/code]',
  '[/code',
  '[icode]',
  '[*]',
  '[list]',
  '[br]',
  '[hr]',
  '[x]',
  '[X] ',
  '[ ]',
  '[1]',
  '[timestamp=1 format=X]',
  '>',
  '>>',
  '>>>',
  '-',
  '----',
  '------',
  '-'.repeat(54),
  '/me',
  '/loud ',
  '/giphy cat',
  '/help',
  '/',
  '/etc/hosts',
  '/m',
  'e',
  '\n',
  '\n\n',
  ' ',
  '\t',
  '\u00a0',
  '\u3000',
  '\u200b',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\ufe0f',
  '\u202e',
  '\u2067',
  '\u0000',
  '\u0007',
  '\r',
  '\u2028',
  '\ud83d',
  '\ude00',
  '\u{e0062}',
  '\u{e007f}',
  '\u017f',
  '\u212a',
  'javascript:',
  'https://a.b/c',
  '"',
  "'",
  '<',
  '&',
  '&lt;',
  '&#91;',
  '%5B',
  '😀',
  '👩‍👩‍👧',
  'é',
  'привет',
  'x',
  'b',
  '*',
  '_',
  '~',
  '`',
  '```',
  ':smile:',
  ':a:',
);

/** Text as somebody would type it who means harm, or nothing at all. */
export const hostileText = fc.oneof(
  { weight: 4, arbitrary: fc.array(shards, { maxLength: 24 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);

const style: fc.Arbitrary<Style> = fc.record(
  { bold: fc.boolean(), italic: fc.boolean(), underline: fc.boolean(), strike: fc.boolean(), code: fc.boolean() },
  { requiredKeys: [] },
);

const address = fc.oneof(
  fc.constantFrom(
    'https://example.com/a?b=1&c[d]=2',
    'http://[::1]/',
    'mailto:a@b.c',
    'tel:+1',
    'javascript:alert(1)',
    'https://a.b/[url]',
    'https://',
  ),
  hostileText.map((text) => `https://example.com/${text}`),
  hostileText,
);

const slackId = fc.oneof(fc.constantFrom('U1', 'U2', 'C1', 'S1'), hostileText);

function styledInline(plain: fc.Arbitrary<Inline>): fc.Arbitrary<Inline> {
  return fc.oneof(
    plain,
    fc.tuple(plain, style).map(([node, worn]) => ({ ...node, style: worn })),
  );
}

const text: fc.Arbitrary<Inline> = hostileText.map((typed) => ({ kind: 'text', text: typed }));

const inline: fc.Arbitrary<Inline> = styledInline(
  fc.oneof(
    { weight: 5, arbitrary: text },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('link' as const), address }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('link' as const), address, label: hostileText }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('user', 'channel', 'group'), id: slackId, label: hostileText }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('user', 'channel', 'group', 'workspace'), id: slackId }),
    },
    { weight: 1, arbitrary: hostileText.map((range): Inline => ({ kind: 'broadcast', range })) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('emoji' as const), name: hostileText, unicode: hostileText }),
    },
    { weight: 1, arbitrary: hostileText.map((name): Inline => ({ kind: 'emoji', name })) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('moment' as const),
        epochSeconds: fc.oneof(fc.nat(), fc.double()),
        pattern: fc.array(
          fc.oneof(
            hostileText.map((literal) => ({ kind: 'literal' as const, text: literal })),
            fc.constantFrom('time' as const, 'date-long' as const).map((field) => ({ kind: 'field' as const, field })),
          ),
          { maxLength: 3 },
        ),
        fallback: hostileText,
        address,
      }),
    },
  ),
);

const content = fc.array(inline, { maxLength: 6 });

const { block } = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: content.map((inlines): Block => ({ kind: 'paragraph', content: inlines })) },
    { weight: 1, arbitrary: content.map((inlines): Block => ({ kind: 'heading', content: inlines })) },
    { weight: 1, arbitrary: content.map((inlines): Block => ({ kind: 'preformatted', content: inlines })) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('list' as const),
        ordered: fc.boolean(),
        indent: fc.nat(12),
        start: fc.nat(500),
        items: fc.array(content, { maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('table' as const),
        rows: fc.array(fc.array(content, { maxLength: 3 }), { maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant<Block>({ kind: 'divider' }) },
    {
      weight: 2,
      arbitrary: fc.array(tie('block'), { maxLength: 3 }).map((blocks): Block => ({ kind: 'quote', blocks })),
    },
  ),
}));

/** Any document, with hostile texts in it. */
export const document: fc.Arbitrary<Document> = fc.array(block, { maxLength: 5 }).map((blocks) => ({ blocks }));

/** Nothing but typed text, in one or several pieces and paragraphs. */
export const plainDocument: fc.Arbitrary<Document> = fc
  .array(fc.array(text, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 })
  .map((paragraphs) => ({ blocks: paragraphs.map((inlines) => ({ kind: 'paragraph', content: inlines })) }));

/** Names that know some of the people, channels and groups, with hostile texts in them. */
export const names: fc.Arbitrary<Names> = fc.tuple(hostileText, hostileText).map(([name, other]) => ({
  users: new Map([
    ['U1', { kind: 'linked', bitrixUserId: '7', name }],
    ['U2', { kind: 'named', name }],
  ]),
  channels: new Map([['C1', other]]),
  groups: new Map([['S1', other]]),
}));

/** Names that know nobody. */
export const noNames: Names = { users: new Map(), channels: new Map(), groups: new Map() };

const slackKeys = [
  'type',
  'text',
  'blocks',
  'elements',
  'attachments',
  'files',
  'fields',
  'title',
  'url',
  'name',
  'unicode',
  'style',
  'rows',
  'accessory',
  'user_id',
  'channel_id',
  'timestamp',
  'format',
  'indent',
  'offset',
  'border',
  'message_blocks',
  'message',
  'fallback',
  'ts',
  'value',
  'child_blocks',
  'tasks',
  'details',
  'sources',
  'actions',
  'user',
  'bot_profile',
  'edited',
  '__proto__',
  'constructor',
];
const slackTypes = [
  'rich_text',
  'rich_text_section',
  'rich_text_list',
  'rich_text_quote',
  'rich_text_preformatted',
  'text',
  'link',
  'user',
  'emoji',
  'date',
  'section',
  'header',
  'context',
  'table',
  'markdown',
  'mrkdwn',
  'plain_text',
  'raw_text',
  'image',
  'video',
  'actions',
  'button',
  'card',
  'carousel',
  'container',
  'plan',
  'task_card',
  'input',
  'message_mention',
  'toString',
];

/** JSON that often looks like a message of Slack's, and often is none. */
export const slackJson = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 5 }, fc.constant(null), fc.boolean(), fc.double(), hostileText, tie('list'), tie('shape')),
  list: fc.array(tie('json'), { maxLength: 4 }),
  shape: fc.dictionary(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...slackKeys) }, { weight: 1, arbitrary: fc.string() }),
    fc.oneof(fc.constantFrom(...slackTypes), tie('json')),
    {
      maxKeys: 6,
    },
  ),
})).shape;
