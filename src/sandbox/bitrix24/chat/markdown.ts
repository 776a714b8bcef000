import type { Shelf } from './pieces.ts';

/**
 * What web builds from im 26.900 on make of Markdown where the feature `isMarkdownAvailable` is on: they turn it into
 * codes before they look for codes (im/install/js/im/v2/lib/parser/src/markdown, 26.900). Code blocks, mentions and
 * escaped signs are set aside first.
 */
export function fromMarkdown(text: string, shelf: Shelf): string {
  const aside: string[] = [];
  const shelve = (kept: string) => `\ufdd4${aside.push(kept) - 1}\ufdd5`;
  const restore = (kept: string): string =>
    kept.replace(/\ufdd4(\d+)\ufdd5/g, (_whole, at: string) => restore(aside[Number(at)] ?? ''));
  let read = text;
  for (const pattern of codeBlocks) {
    read = read.replace(pattern.find, (...match: string[]) => pattern.keep(match, shelve));
  }
  read = read.replace(mentions, shelve).replace(escapes, (_whole, sign: string) => shelve(sign));
  read = readLines(drawTables(read, shelf), shelf).replace(/\n*(\ufdd0(\d+)\ufdd1[^\n]*?\ufdd8\2\ufdd9)\n*/g, '$1');
  for (const { find, into } of inlineRules(shelf)) {
    read = typeof into === 'string' ? read.replace(find, into) : read.replace(find, into);
  }
  return restore(decodeHtml(read));
}

type Keep = (kept: string) => string;

const codeBlocks: readonly { find: RegExp; keep: (match: readonly string[], shelve: Keep) => string }[] = [
  { find: /\[code\](.*?)\[\/code\]/gis, keep: ([, code = ''], shelve) => shelve(codeOf(code)) },
  { find: /^(`{3,})[^\n]*\n([\s\S]*?)^\1/gm, keep: ([, , code = ''], shelve) => shelve(codeOf(code)) },
  { find: /^(~{3,})[^\n]*\n([\s\S]*?)^\1/gm, keep: ([, , code = ''], shelve) => shelve(codeOf(code)) },
  {
    find: /(^|\n)\n((?:(?: {4}|\t).+(?:\n|$))+)/g,
    keep: ([, before = '', code = ''], shelve) => `${before}\n${shelve(codeOf(code.replace(/^(?: {4}|\t)/gm, '')))}`,
  },
];

function codeOf(code: string): string {
  return `[code]${code.replace(/\n$/, '')}[/code]`;
}

const mentions = /\[(user|chat)=[^\]\n]*\].*?\[\/\1\]/gi;
const escapes = /\\([!#()*+.>[\\\]_`{|}~-])/g;

/** A row of dashes below a row with bars, as many as it has, makes a table of both and of the rows that follow. */
function drawTables(text: string, shelf: Shelf): string {
  const lines = text.split('\n');
  const drawn: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const rule = lines[at + 1] ?? '';
    if (line.includes('|') && tableRule.test(rule.trim()) && cellsOf(line) === cellsOf(rule)) {
      const after = lines.slice(at + 2).findIndex((row) => !row.includes('|'));
      const end = after === -1 ? lines.length : at + 2 + after;
      drawn.push(shelf.wrap('table', '', [line, ...lines.slice(at + 2, end)].join('\n')));
      at = end - 1;
    } else {
      drawn.push(line);
    }
  }
  return drawn.join('\n');
}

const tableRule = /^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$/;

function cellsOf(row: string): number {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|').length;
}

/** Headings, rules, lists and quotes of one `>`; a line with `>>` is a quote of the old kind. */
function readLines(text: string, shelf: Shelf): string {
  const lines = text.split('\n');
  const read: string[] = [];
  let inQuote = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const below = (lines[at + 1] ?? '').trim();
    const isPlain = line.trim() !== '' && !isRule(line) && !line.includes('\ufdd4') && !listItem.test(line);
    if (isPlain && /^(?:={3,20}|-{3,20})$/.test(below)) {
      read.push(shelf.wrap('heading', '', line.trim()));
      at += 1;
    } else if (line.startsWith('>>')) {
      read.push(inQuote ? `>>${line}` : line);
      continue;
    } else if (line.startsWith('>')) {
      read.push(`>${line}`);
      inQuote = true;
      continue;
    } else {
      read.push(readLine(line, shelf));
    }
    inQuote = false;
  }
  return read.join('\n');
}

function readLine(line: string, shelf: Shelf): string {
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  if (heading !== null) {
    return shelf.wrap('heading', '', (heading[1] ?? '').replace(/\s+#+\s*$/, '').trim());
  }
  return isRule(line)
    ? shelf.wrap('rule', '', '')
    : line.replace(listItem, (_whole, blanks, mark) => `${blanks}${drawnMark(mark)} `);
}

const listItem = /^([ \t]*)([*+-]|\d+\.)[ \t]+/;

function drawnMark(mark: string): string {
  return /\d/.test(mark) ? mark : '•';
}

function isRule(line: string): boolean {
  const trimmed = line.trim();
  return trimmed.length <= 20 && /^(?:-{3,}|\*{3,}|_{3,}|(?:- ?){3,}|(?:\* ?){3,}|(?:_ ?){3,})$/.test(trimmed);
}

type Replacer = (whole: string, ...groups: string[]) => string;

/** In the order in which the client applies them. */
function inlineRules(shelf: Shelf): readonly { find: RegExp; into: string | Replacer }[] {
  const code: Replacer = (_whole, content = '') => shelf.hide('inline-code', content);
  return [
    { find: /```(.+?)```/g, into: code },
    { find: /``(.+?)``/g, into: code },
    { find: /`([^`]+)`/g, into: code },
    {
      find: /!\[([^\]]{0,500})\]\(([^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\)/g,
      into: (_whole, alt = '', address = '') => shelf.wrap('image', address, alt),
    },
    {
      find: /(?<!!)\[([^\]]{1,500})\]\(([^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\)/g,
      into: (_whole, label = '', address = '') =>
        `[url=${address.replace(/^\[url\](.*)\[\/url\]$/i, '$1')}]${label}[/url]`,
    },
    { find: /\*{3}(.+?)\*{3}/g, into: '[b][i]$1[/i][/b]' },
    { find: new RegExp(`(?<!${word})_{3}([^_](?:[^_\\n]*[^_])?)_{3}(?!${word})`, 'g'), into: '[b][i]$1[/i][/b]' },
    { find: /\*{2}(.+?)\*{2}/g, into: '[b]$1[/b]' },
    { find: new RegExp(`(?<!${word})_{2}([^_](?:[^_\\n]*[^_])?)_{2}(?!${word})`, 'g'), into: '[b]$1[/b]' },
    { find: /\*([^\s*](?:.*?[^\s*])?)\*/g, into: '[i]$1[/i]' },
    { find: new RegExp(`(?<!${word})_([^\\s_](?:[^_\\n]*[^\\s_])?)_(?!${word})`, 'g'), into: '[i]$1[/i]' },
    { find: /~~(.+?)~~/g, into: '[s]$1[/s]' },
    { find: /<(https?:\/\/[^>]+)>/g, into: '[url]$1[/url]' },
    { find: /<([\w%+.-]+@[\d.A-Za-z-]+\.[A-Za-z]{2,})>/g, into: '[url]mailto:$1[/url]' },
  ];
}

const word = String.raw`[\w\u00c0-\u024f\u0400-\u04ff]`;

const htmlTags: Readonly<Record<string, string>> = {
  u: 'u',
  b: 'b',
  strong: 'b',
  i: 'i',
  em: 'i',
  s: 's',
  del: 's',
  strike: 's',
};

/** An entity that would be a bracket is kept from opening a code; these are the names most likely to be typed. */
const htmlEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  reg: '®',
  trade: '™',
  mdash: '—',
  ndash: '–',
  laquo: '«',
  raquo: '»',
  bull: '•',
  hellip: '…',
  rarr: '→',
  larr: '←',
  hearts: '♥',
  check: '✓',
  times: '×',
  divide: '÷',
  plusmn: '±',
  deg: '°',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
};

function decodeHtml(text: string): string {
  const tags = /<(u|b|strong|i|em|s|del|strike)(?:\s[^>]*)?>([\s\S]*?)<\/\1>/gi;
  let read = text;
  for (let round = 0; round < 10 && read.includes('</'); round += 1) {
    read = read.replace(tags, (_whole, tag: string, content: string) => {
      const code = htmlTags[tag.toLowerCase()] ?? 'b';
      return `[${code}]${content}[/${code}]`;
    });
  }
  return read.replace(/&(?:#(x[\da-f]+|\d+)|([a-z]+));/gi, (whole, number?: string, name?: string) => {
    const code = Number(number?.replace(/^x/i, '0x') ?? Number.NaN);
    const char = code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : htmlEntities[name ?? ''];
    return char === '[' ? '[\u200b' : (char ?? whole);
  });
}
