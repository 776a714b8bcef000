import type { Inline } from '../../domain/document.ts';
import { findEmoji } from './emoji.ts';
import { readMomentPattern } from './moment-pattern.ts';

/**
 * What stands between `<` and `>` in Slack's text: a mention, a date or a link, with or without a label after `|`.
 * `undefined` when it is none of these and is literal text.
 */
export function readSlackReference(reference: string): Inline | undefined {
  const bar = reference.indexOf('|');
  const target = bar === -1 ? reference : reference.slice(0, bar);
  const label = bar === -1 || bar === reference.length - 1 ? undefined : decodeEntities(reference.slice(bar + 1));
  const id = target.slice(1);
  switch (target.charAt(0)) {
    case '@':
      return isId(id) ? { kind: 'user', id, ...labelled(label) } : undefined;
    case '#':
      return isId(id) ? { kind: 'channel', id, ...labelled(label) } : undefined;
    case '!':
      return readCommand(id, label);
    default:
      return isAddress(target, label) ? readLink(target, label) : undefined;
  }
}

/** Slack escapes these three and no others. One pass, so that what was escaped twice stays escaped once. */
export function decodeEntities(text: string): string {
  return text.includes('&') ? text.replace(/&(amp|lt|gt);/g, (_entity, name: string) => entities[name] ?? '') : text;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

function isId(text: string): boolean {
  return /^[A-Z0-9]{2,40}$/.test(text);
}

/** Some apps leave the scheme out; with a label that is meant as a link, and without one it may be anything. */
function isAddress(target: string, label: string | undefined): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s]/i.test(target) || (label !== undefined && /^[^\s.]+(?:\.[^\s.]+)+$/.test(target));
}

function labelled(label: string | undefined): { readonly label?: string } {
  return label === undefined ? {} : { label };
}

function readLink(target: string, label: string | undefined): Inline {
  const address = decodeEntities(target);
  const shown = label?.replace(/:([a-z0-9_+'-]{1,100}):/g, (typed, name: string) => findEmoji(name) ?? typed);
  // The address of a mail or a phone is not what is read.
  const plain = shown ?? (/^(?:mailto|tel):/i.test(address) ? address.slice(address.indexOf(':') + 1) : undefined);
  return { kind: 'link', address, ...labelled(plain) };
}

/** `!here`, `!subteam^S123|@handle`, `!date^1392734382^{date}^https://…|fallback`. */
function readCommand(command: string, label: string | undefined): Inline | undefined {
  const [name = '', first = '', format = '', ...address] = command.split('^');
  if (name === 'here' || name === 'channel' || name === 'everyone') {
    return { kind: 'broadcast', range: name };
  }
  if (name === 'subteam' && isId(first)) {
    return { kind: 'group', id: first, ...labelled(label) };
  }
  if (name === 'date') {
    return readDate(first, decodeEntities(format), decodeEntities(address.join('^')), label);
  }
  return label === undefined ? undefined : { kind: 'text', text: label };
}

function readDate(seconds: string, format: string, address: string, label: string | undefined): Inline {
  const fallback = label ?? format;
  if (!/^\d{1,12}$/.test(seconds)) {
    return { kind: 'text', text: fallback };
  }
  const pattern = readMomentPattern(format);
  const target = address === '' ? {} : { address };
  return { kind: 'moment', epochSeconds: Number(seconds), pattern, fallback, ...target };
}
