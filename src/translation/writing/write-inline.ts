import type { Inline, Link, Moment, MomentField, Names, Style, UserMention } from '../../domain/document.ts';
import type { LossLog } from '../loss-log.ts';
import { bitOf, bitsOf, forEachStyle } from '../style-bits.ts';
import { bold, type Code, italic, linkCode, strike, underline, userCode } from './bitrix-line.ts';
import type { LineWriter } from './line-writer.ts';
import { linkAddress } from './link-address.ts';
import { bareName, textOf } from './text-of.ts';

/**
 * Writes nodes into the current block. `outer` is the style that the block gives to all of them. Adjacent nodes in the style
 * of code become one piece of code; a link in it is written as its address.
 */
export function writeInlines(
  writer: LineWriter,
  content: readonly Inline[],
  names: Names,
  losses: LossLog,
  outer?: Style,
): void {
  let code: { text: string; bits: number } | undefined;
  const endCode = () => {
    if (code !== undefined) {
      writer.code(code.text, codeLists[code.bits] ?? []);
      code = undefined;
    }
  };
  for (const node of content) {
    const bits = bitsOf(node.style) | bitsOf(outer);
    if (bits & bitOf('code')) {
      const text = textOf(node, names, losses);
      code = { text: (code?.text ?? '') + text, bits: (code?.bits ?? bits) & bits };
    } else {
      endCode();
      writePlain(writer, node, names, losses, codeLists[bits] ?? []);
    }
  }
  endCode();
}

function writePlain(writer: LineWriter, node: Inline, names: Names, losses: LossLog, codes: readonly Code[]): void {
  if (node.kind === 'link') {
    writeLink(writer, node, codes, losses);
  } else if (node.kind === 'user') {
    writeUser(writer, node, names, codes);
  } else if (node.kind === 'moment') {
    writeMoment(writer, node, codes);
  } else if (node.kind === 'text') {
    writer.text(node.text, codes);
  } else {
    writer.plain(textOf(node, names, losses), codes);
  }
}

function writeLink(writer: LineWriter, { address, label }: Link, codes: readonly Code[], losses: LossLog): void {
  const target = linkAddress(address);
  const shown = label || address;
  if (target === undefined) {
    losses.add('links', address);
    writer.text(shown, codes);
  } else {
    writer.link(target, shown, codes);
  }
}

function writeUser(writer: LineWriter, node: UserMention, names: Names, codes: readonly Code[]): void {
  const user = names.users.get(node.id);
  const name = bareName(user?.name ?? node.label, node.id);
  if (node.as === undefined && user?.kind === 'linked' && /^[1-9]\d{0,15}$/.test(user.bitrixUserId)) {
    writer.word(name, [...codes, userCode(user.bitrixUserId)]);
  } else {
    writer.word(node.as === 'name' ? name : `@${name}`, codes);
  }
}

function writeMoment(writer: LineWriter, node: Moment, codes: readonly Code[]): void {
  const { epochSeconds, pattern, fallback, address } = node;
  if (!Number.isSafeInteger(epochSeconds) || epochSeconds < 0 || epochSeconds > lastSecond || pattern.length === 0) {
    writer.plain(fallback, codes);
    return;
  }
  const target = address === undefined ? undefined : linkAddress(address);
  const around = target === undefined ? codes : [...codes, linkCode(target, '')];
  for (const part of pattern) {
    if (part.kind === 'field') {
      writer.mark(`[timestamp=${epochSeconds} format=${formats[part.field]}]`, around);
    } else {
      writer.plain(part.text, around);
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

const codesByStyle = { bold, italic, underline, strike } as const;

/** Runs of the same style share one list of codes. The style `code` has none, because `LineWriter.code` writes it. */
const codeLists = forEachStyle((names) => names.flatMap((name) => (name === 'code' ? [] : [codesByStyle[name]])));
