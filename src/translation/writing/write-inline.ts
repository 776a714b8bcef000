import type { Inline, Link, Moment, MomentField, Names, Style, UserMention } from '../../domain/document.ts';
import type { LossLog } from '../loss-log.ts';
import { bareName, plainText } from '../plain-text.ts';
import { bitsOf, forEachStyle } from '../style-bits.ts';
import { bold, type Code, code, italic, linkCode, strike, underline, userCode } from './bitrix-line.ts';
import type { LineWriter } from './line-writer.ts';
import { linkAddress } from './link-address.ts';

/** Writes one piece of text into the current block. `outer` is the style that the block gives to all of it. */
export function writeInline(writer: LineWriter, node: Inline, names: Names, losses: LossLog, outer?: Style): void {
  const codes = codesOf(node.style, outer);
  if (node.kind === 'link') {
    writeLink(writer, node, codes, losses);
  } else if (node.kind === 'user' && !codes.includes(code)) {
    writeUser(writer, node, names, codes);
  } else if (node.kind === 'moment' && !codes.includes(code)) {
    writeMoment(writer, node, codes);
  } else {
    writer.text(plainText(node, names, losses), codes);
  }
}

/** On Bitrix24 code and links exclude each other; the link is worth more. */
function writeLink(writer: LineWriter, { address, label }: Link, codes: readonly Code[], losses: LossLog): void {
  const target = linkAddress(address);
  const shown = label || address;
  if (target === undefined) {
    losses.add('links', address);
    writer.text(shown, codes);
  } else {
    writer.link(
      target,
      shown,
      codes.filter((pair) => pair !== code),
    );
  }
}

function writeUser(writer: LineWriter, node: UserMention, names: Names, codes: readonly Code[]): void {
  const user = names.users.get(node.id);
  const name = bareName(user?.name ?? node.label, node.id);
  if (user?.kind === 'linked' && /^[1-9]\d{0,15}$/.test(user.bitrixUserId)) {
    writer.word(name, [...codes, userCode(user.bitrixUserId)]);
  } else {
    writer.word(`@${name}`, codes);
  }
}

function writeMoment(writer: LineWriter, node: Moment, codes: readonly Code[]): void {
  const { epochSeconds, pattern, fallback, address } = node;
  if (!Number.isSafeInteger(epochSeconds) || epochSeconds < 0 || epochSeconds > lastSecond || pattern.length === 0) {
    writer.text(fallback, codes);
    return;
  }
  const target = address === undefined ? undefined : linkAddress(address);
  const around = target === undefined ? codes : [...codes, linkCode(target, '')];
  for (const part of pattern) {
    if (part.kind === 'field') {
      writer.mark(`[timestamp=${epochSeconds} format=${formats[part.field]}]`, around);
    } else {
      writer.text(part.text, around);
    }
  }
}

/** Both clients of Bitrix24 know these names of the site's formats; the documentation gives only the first. */
const formats: Readonly<Record<MomentField, string>> = {
  time: 'SHORT_TIME_FORMAT',
  'time-seconds': 'LONG_TIME_FORMAT',
  'date-numeric': 'SHORT_DATE_FORMAT',
  'date-short': 'MEDIUM_DATE_FORMAT',
  'date-long': 'LONG_DATE_FORMAT',
  'date-full': 'FULL_DATE_FORMAT',
};

/** The last second of the year 9999. */
const lastSecond = 253_402_300_799;

const codesByStyle: Readonly<Record<keyof Style, Code>> = { bold, italic, underline, strike, code };

/** Runs of the same style share one list of codes. */
const codeLists = forEachStyle((names) => names.map((name) => codesByStyle[name]));

function codesOf(style: Style | undefined, outer: Style | undefined): readonly Code[] {
  return codeLists[bitsOf(style) | bitsOf(outer)] ?? [];
}
