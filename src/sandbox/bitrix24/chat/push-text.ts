import { isoMinute } from './words.ts';

type Step = readonly [find: RegExp, into: string | ((whole: string, ...groups: string[]) => string)];

/**
 * The text of a push notice: codes lose their marks, code and quotes their words, and what was struck out is a dash.
 * im/lib/V2/Message/Send/Push/MobilePush.php, prepareMessageForPush. Lines are joined before quotes are looked for, so
 * that only a message that begins with `>>` counts as a quote, and as nothing but one.
 */
export function pushText(read: string): string {
  return applyAll(read.replaceAll('\n', ' '), [
    [/\[code\].*?\[\/code\]/gis, ' 📄 '],
    [/\[s\].*?\[\/s\]/gi, '-'],
    ...plainCodes,
    [/-{54}.+?-{54}/gs, ' 💬 '],
    [/^>>.*\n?/gim, ' 💬 '],
  ]).trim();
}

/**
 * The message's line in the list of chats: purify of im/install/js/im/v2/lib/parser/src/decoder/purifier.js, the words
 * of code and quotes replaced by names, a name for every line of a quote.
 */
export function listLine(read: string): string {
  return applyAll(read.trim().replace(/^\/(?:me|loud)./, ''), [
    [/^>>.*/gim, '[Quote] '],
    [/-{54}.*?-{54}/gs, '[Quote] '],
    [/\[code\].*?\[\/code\]/gis, '[Code] '],
    [/\[s\].*?\[\/s\]/gis, ' '],
    ...plainCodes,
    [/\n/g, ' '],
  ]).trim();
}

const plainCodes: readonly Step[] = [
  [/\[b\](.*?)\[\/b\]/gis, '$1'],
  [/\[u\](.*?)\[\/u\]/gis, '$1'],
  [/\[i\](.*?)\[\/i\]/gis, '$1'],
  [/\[url\](.*?)\[\/url\]/gi, '$1'],
  [/\[url\s*=\s*[^[\]]+\](.*?)\[\/url\]/gis, '$1'],
  [/\[user=(?:\d+|all)(?: replace)?\](.+?)\[\/user\]/gi, '$1'],
  [/\[(chat|context|pch)=[^\]]*\](.*?)\[\/\1\]/gi, '$2'],
  [/\[(send|put|call)(?:=[^\]]*)?\](.*?)\[\/\1\]/gi, '$2'],
  [/\[icon=[^\]]*\]/gi, '(icon)'],
  [/\[timestamp=(\d+) format=[_a-z]+\]/gi, (_whole, seconds = '') => isoMinute(seconds)],
  [/\[img size=[a-z]+\].*?\[\/img\]/gi, '[Image]'],
  [/\[(color|size)\s*=[^\]]+\](.*?)\[\/\1\]/gis, '$2'],
];

function applyAll(text: string, steps: readonly Step[]): string {
  return steps.reduce(
    (read, [find, into]) => (typeof into === 'string' ? read.replace(find, into) : read.replace(find, into)),
    text,
  );
}
