import type { ElementKind, Shelf } from './pieces.ts';

/** One code of chat text, and what the two clients make of it. */
export type ClientRule = {
  readonly code: string;
  readonly draws: ElementKind;
  /** What stands behind the equals sign, as a pattern; without it the code takes no value. */
  readonly value?: string;
  /** Stands alone, without an end. */
  readonly single?: true;
  readonly mobile: 'as the web' | 'also inside of code' | 'not at all';
  /** The functions of the web parser (im/install/js/im/v2/lib/parser/src/functions) and the mobile one, 26.900. */
  readonly source: string;
};

/** In the order in which the web client looks for them; whatever else stands in brackets is text. */
export const clientRules: readonly ClientRule[] = [
  {
    code: 'img',
    value: String.raw`\s+[a-z]+=[^\]\s]+(?:\s+[a-z]+=[^\]\s]+)*|`,
    draws: 'image',
    mobile: 'also inside of code',
    source: 'image.js',
  },
  { code: 'url', value: String.raw`=[^[\]]+|`, draws: 'link', mobile: 'as the web', source: 'url.js' },
  { code: 'b', draws: 'bold', mobile: 'as the web', source: 'font.js' },
  { code: 'u', draws: 'underline', mobile: 'as the web', source: 'font.js' },
  { code: 'i', draws: 'italic', mobile: 'as the web', source: 'font.js' },
  { code: 's', draws: 'strike', mobile: 'as the web', source: 'font.js' },
  { code: 'size', value: String.raw`=\d+(?:pt|px)?`, draws: 'size', mobile: 'as the web', source: 'font.js' },
  {
    code: 'color',
    value: '=#(?:[0-9a-f]{3}|[0-9a-f]{6})',
    draws: 'color',
    mobile: 'as the web',
    source: 'font.js',
  },
  { code: 'like', single: true, draws: 'vote', mobile: 'as the web', source: 'lines.js' },
  { code: 'dislike', single: true, draws: 'vote', mobile: 'as the web', source: 'lines.js' },
  { code: 'rating', value: '=[1-5]', single: true, draws: 'vote', mobile: 'as the web', source: 'lines.js' },
  {
    code: 'user',
    value: String.raw`=(?:all|\d+)(?: replace)?`,
    draws: 'mention',
    mobile: 'also inside of code',
    source: 'mention.js',
  },
  { code: 'chat', value: String.raw`=(?:imol\|)?\d+`, draws: 'chat', mobile: 'as the web', source: 'mention.js' },
  {
    code: 'context',
    value: String.raw`=(?:chat\d+|\d+:\d+)/\d+`,
    draws: 'context',
    mobile: 'also inside of code',
    source: 'mention.js',
  },
  {
    code: 'call',
    value: String.raw`=[\d #()+./-]+|`,
    draws: 'call',
    mobile: 'also inside of code',
    source: 'call.js',
  },
  { code: 'icon', value: String.raw`=[^\]]*`, single: true, draws: 'icon', mobile: 'as the web', source: 'image.js' },
  { code: 'disk', value: String.raw`=\d+`, single: true, draws: 'file', mobile: 'as the web', source: 'disk.js' },
  {
    code: 'timestamp',
    value: String.raw`=\d+\s+format=[_a-z]+`,
    single: true,
    draws: 'date',
    mobile: 'also inside of code',
    source: 'date.js',
  },
];

/** `[put]` and `[send]`: the web looks for them before all others and draws them last. */
export const actionRules: readonly ClientRule[] = [
  { code: 'send', value: '=.+?|', draws: 'send', mobile: 'also inside of code', source: 'action.js' },
  { code: 'put', value: '=.+?|', draws: 'put', mobile: 'also inside of code', source: 'action.js' },
];

/** The formats of dates that both clients know (im/v2/lib/date-formatter); others stay as they are typed. */
const dateFormats = /format=(?:short|long)_time_format$|format=(?:short|medium|long|full)_date_format$/i;

/** Draws one code wherever it is; the innermost first, ten deep, as the web does. `lines`: it may span them. */
export function drawCode(text: string, rule: ClientRule, shelf: Shelf, lines: boolean): string {
  const open = `\\[${rule.code}(${rule.value ?? ''})\\]`;
  const content = lines ? '[\\s\\S]' : '[^\\n]';
  const pattern = rule.single
    ? new RegExp(open, 'gi')
    : new RegExp(`${open}((?:(?!\\[${rule.code}(?:${rule.value ?? ''})\\])${content})*?)\\[/${rule.code}\\]`, 'gi');
  let drawn = text;
  for (let round = 0; round < 10 && drawn.search(pattern) !== -1; round += 1) {
    const before = drawn;
    drawn = drawn.replace(pattern, (whole: string, value: string, ...rest: unknown[]) => {
      const inner = typeof rest[0] === 'string' ? rest[0] : '';
      if (!isDrawn(rule, value, inner)) {
        return rule.draws === 'link' ? inner : whole;
      }
      return shelf.wrap(rule.draws, value.replace(/^=/, '').trim(), inner);
    });
    if (drawn === before) {
      break;
    }
  }
  return drawn;
}

/** A code of the right form that a client still leaves alone. */
function isDrawn({ draws }: ClientRule, value: string, inner: string): boolean {
  switch (draws) {
    case 'date':
      return dateFormats.test(value);
    case 'call':
      return value !== '' || /^[\d #()+./-]+$/.test(inner);
    case 'link':
      return /^(?:https?:\/\/|mailto:|tel:|callto:|news:|ftp:\/\/|skype:|viber:)/.test(
        value.replace(/^=/, '') || inner,
      );
    default:
      return true;
  }
}

/** The signs that the portal's own set of smileys has; each is one only where it stands alone. */
const smileys =
  ":) :-) ;) ;-) :D :-D 8) 8-) :( :-( :| :-| :o :-o :O :-O :P :-P :p :-p :/ :-/ :\\ :-\\ :{} :-{} :~( :'( >:-< :facepalm: :oops: :cry: :evil: :shock: :idea: :!: :?: :like:".split(
    ' ',
  );

const anySmiley = smileys
  .toSorted((one, other) => other.length - one.length)
  .map((smiley) => smiley.replace(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`))
  .join('|');
const smileyAlone = new RegExp(
  `(?<=^|["\\]><\\s\\ufdd1\\ufdd9\\ufddb]|${anySmiley})(?:${anySmiley})(?=${anySmiley}|[\\s"<\\[\\ufdd0\\ufdd8\\ufdda]|$)`,
  'g',
);

/** im/install/js/im/v2/lib/parser/src/functions/smile.js and its mobile likeness. */
export function drawSmileys(text: string, shelf: Shelf): string {
  return text.replace(smileyAlone, (smiley) => shelf.wrap('smiley', smiley, ''));
}
