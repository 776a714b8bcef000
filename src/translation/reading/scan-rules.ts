import { present } from '../../domain/present.ts';
import { findEmoji } from './emoji.ts';
import { readSlackReference } from './slack-reference.ts';
import { isWordChar, nodePiece, type ScanRule } from './text-scan.ts';

/** `<…>`: a mention, a date or a link. */
export const readAngle: ScanRule = (scan) => {
  const start = scan.at() + 1;
  const end = scan.findOnLine('>', start);
  const next = scan.findOnLine('<', start);
  if (end === -1 || (next !== -1 && next < end)) {
    return false;
  }
  const node = readSlackReference(scan.text.slice(start, end));
  if (node === undefined) {
    return false;
  }
  scan.take(end + 1 - scan.at(), nodePiece(node));
  return true;
};

/**
 * `:name:`, where it is an emoji: not in `10:30:45`, not in `std::vector::size`. A name that is not one of Slack's is
 * taken for one of the workspace's own, if it has a letter and stands apart.
 */
export const readEmojiName: ScanRule = (scan) => {
  const at = scan.at();
  const before = scan.text.charAt(at - 1);
  emojiName.lastIndex = at;
  const [typed, name = ''] = emojiName.exec(scan.text) ?? [];
  if (typed === undefined || isWordChar(before) || (before === ':' && !scan.isAfterEmoji())) {
    return false;
  }
  const unicode = findEmoji(name);
  const standsApart = !isWordChar(scan.text.charAt(at + typed.length)) && /\p{L}/u.test(name);
  if (unicode === undefined && !standsApart) {
    return false;
  }
  scan.take(typed.length, nodePiece({ kind: 'emoji', name, ...present({ unicode }) }));
  return true;
};

const emojiName = /:([\p{Ll}\p{Lo}\p{N}_+'-]{1,100}(?:::skin-tone-[2-6](?:-[2-6])?)?):/uy;

/** The end of a line, over which no style reaches. */
export const readLineBreak: ScanRule = (scan) => {
  scan.take(1, { kind: 'line-break' });
  return true;
};

/**
 * An address that nobody marked as one. It stays text (Bitrix24 makes it a link), but the markers in it mean nothing.
 */
export const readBareAddress: ScanRule = (scan) => {
  if (isWordChar(scan.text.charAt(scan.at() - 1))) {
    return false;
  }
  address.lastIndex = scan.at();
  let length = address.exec(scan.text)?.[0].length ?? 0;
  while (length > 0 && closing.includes(scan.text.charAt(scan.at() + length - 1))) {
    length -= 1;
  }
  scan.skip(length);
  return length > 0;
};

const address = /https?:\/\/[^\s<>|]*/y;
const closing = '*_~`.,;:!?)]}\'"';
