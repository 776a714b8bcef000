import type { Inline, Link, Moment, MomentField, Names, Style } from '../../domain/document.ts';
import { present } from '../../domain/present.ts';
import { createLossLog } from '../loss-log.ts';
import type { RichInline, RichTextStyle } from '../rich-text.ts';
import { styleNames } from '../style-bits.ts';
import { linkAddress } from './link-address.ts';
import { textOf } from './text-of.ts';

/** Writes a node of a document as an element of Slack's rich text. */
export type InlineWriter = (node: Inline, names: Names) => RichInline;

/**
 * Writes a node for an input field, as the element that a person could enter there. Dates, emoji with a skin tone, and names
 * of people who are not to be notified cannot be entered, so they become text.
 */
export const writeTypedInline: InlineWriter = (node, names) => {
  const style = styleOf(node.style);
  switch (node.kind) {
    case 'link':
      return node.address === '' ? words(node, names) : writeLink(node, node.address);
    case 'user':
      return node.as === undefined && isId(node.id) ? { type: 'user', user_id: node.id, ...style } : words(node, names);
    case 'channel':
      return isId(node.id) ? { type: 'channel', channel_id: node.id, ...style } : words(node, names);
    case 'group':
      return isId(node.id) ? { type: 'usergroup', usergroup_id: node.id, ...style } : words(node, names);
    case 'workspace':
      return isId(node.id) ? { type: 'team', team_id: node.id, ...style } : words(node, names);
    case 'broadcast':
      return isRange(node.range) ? { type: 'broadcast', range: node.range, ...style } : words(node, names);
    case 'emoji':
      return node.name === '' || node.name.includes('::')
        ? words(node, names)
        : { type: 'emoji', name: node.name.toWellFormed(), ...style };
    case 'text':
    case 'moment':
      return words(node, names);
    default:
      return node satisfies never;
  }
};

/** Writes a node as readers in Bitrix24 will see it: with names in place of mentions, and times in the viewer's zone. */
export const writeShownInline: InlineWriter = (node, names) => {
  if (node.kind === 'moment') {
    return writeMoment(node) ?? words(node, names);
  }
  const target = node.kind === 'link' ? linkAddress(node.address) : undefined;
  return node.kind === 'link' && target !== undefined ? writeLink(node, target) : words(node, names);
};

/** Any node as text. */
function words(node: Inline, names: Names): RichInline {
  return { type: 'text', text: textOf(node, names, createLossLog()).toWellFormed(), ...styleOf(node.style) };
}

function writeLink({ label, style }: Link, url: string): RichInline {
  return { type: 'link', url: url.toWellFormed(), ...(label ? { text: label.toWellFormed() } : {}), ...styleOf(style) };
}

function writeMoment({ epochSeconds, pattern, fallback, address, style }: Moment): RichInline | undefined {
  if (!Number.isSafeInteger(epochSeconds) || epochSeconds < 0 || epochSeconds > lastSecond) {
    return undefined;
  }
  const format = pattern.map((part) => (part.kind === 'literal' ? part.text : tokens[part.field])).join('');
  if (format === '') {
    return undefined;
  }
  const url = address === undefined ? undefined : linkAddress(address);
  return { type: 'date', timestamp: epochSeconds, format, fallback, ...present({ url }), ...styleOf(style) };
}

/** The last second of the year 9999. */
const lastSecond = 253_402_300_799;

const tokens: Readonly<Record<MomentField, string>> = {
  time: '{time}',
  'time-seconds': '{time_secs}',
  'date-numeric': '{date_num}',
  'date-short': '{date_short}',
  'date-long': '{date}',
  'date-full': '{date_long}',
};

function styleOf(style: Style | undefined): { style?: RichTextStyle } {
  const set = styleNames.filter((name) => style?.[name] === true);
  return set.length === 0 ? {} : { style: Object.fromEntries(set.map((name) => [name, true])) };
}

function isId(id: string): boolean {
  return /^[A-Z0-9]{2,40}$/.test(id);
}

function isRange(range: string): range is 'here' | 'channel' | 'everyone' {
  return range === 'here' || range === 'channel' || range === 'everyone';
}
