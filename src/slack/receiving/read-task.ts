import type { TaskReference } from '../../delivery/submission.ts';
import { portalOriginOf, type TaskId, taskIdOf } from '../../domain/portal.ts';
import { unescapeText } from '../views/mrkdwn.ts';

/**
 * A task at the beginning of a text, and what follows it as Slack's mrkdwn: a message, or nothing. `unreadable`: what
 * stands there looks like the number of a task, or a link to one, and names none.
 */
export type LeadingTask =
  | { readonly kind: 'task'; readonly task: TaskReference; readonly rest: string }
  | { readonly kind: 'unreadable'; readonly word: string; readonly isLink: boolean };

/**
 * Reads the task that a text begins with, in any notation: with signs of a number before it, signs of a sentence
 * behind it, in quotes, brackets, or Slack's marks for bold and the like, with characters that nobody sees, as a link.
 * `undefined` for a text that begins with no number and no link to tasks. The text is mrkdwn as Slack sends it.
 *
 * Digits count as they look in compatible form (full-width, circled). A number in digits of another script is one that
 * cannot be read: better asked about than guessed.
 */
export function readLeadingTask(text: string): LeadingTask | undefined {
  const trimmed = trimUnseen(text);
  const before = dressing.exec(trimmed)?.[0] ?? '';
  const inner = trimmed.slice(before.length);
  if (inner.startsWith('<')) {
    return readToken(before, inner);
  }
  if (realEmoji.test(`${before.slice(-1)}${inner}`)) {
    return undefined;
  }
  return readBareLink(before, inner) ?? (/^\p{N}/u.test(inner) ? readNumber(before, inner) : undefined);
}

/** Characters that show nothing: joiners, directions, byte order marks, control characters that are no blanks. */
const unseen = String.raw`\p{DI}\p{Cf}\p{Cc}\u2800`;
const blank = new RegExp(String.raw`[\s${unseen}]`, 'u');
const unseenOnes = new RegExp(String.raw`(?!\s)[${unseen}]`, 'gu');

/** What may stand before a number, with decoration or without: no letter, no digit, no token of Slack's. */
const dressing = /^(?:&(?:lt|gt|amp);|N[°º]|[^\p{L}\p{N}<&])*/u;

/** Emoji whose names are numbers; Slack sends them by name. */
const realEmoji = /^:(?:100|1234):/;

/** Slack's marks, quotes and brackets. */
const pairs = String.raw`*_~\u0060"'«»„“”‟‚‘’‹›′″(){}\[\]<>`;
const openers = new RegExp(String.raw`^[${pairs}#\s]*$`, 'u');
const closers = new RegExp(`^[${pairs},.;:!?…—–-]*$`, 'u');
/** Signs that end the name of a task and not a number: `51:text`. A dot would be a file's or a host's. */
const separators = /[:;,)—–]/;

function readNumber(before: string, inner: string): LeadingTask {
  const [, digits = '', behind = '', tail = ''] = numberParts.exec(inner) ?? [];
  const task = opens(before) ? taskNumber(plainForm(digits)) : undefined;
  const end = plainForm(behind);
  const isEnd = closers.test(end) && (tail === '' || (separators.test(end) && !/^\p{N}/u.test(tail)));
  if (!task || !isEnd) {
    return unreadable(before + digits + behind + tail);
  }
  const rest = inner.slice(digits.length + behind.length);
  return { kind: 'task', task: { kind: 'number', task }, rest: restOf(before, end, rest) };
}

const numberParts = new RegExp(
  String.raw`^(\p{N}(?:\p{N}|(?!\s)[${unseen}])*)((?:&(?:lt|gt|amp);|[^\p{L}\p{N}\s<&])*)(\S*)`,
  'u',
);

/** A link, a mention or a channel, as Slack writes them. Where a channel is called 51, a typed #51 is that channel. */
function readToken(before: string, inner: string): LeadingTask | undefined {
  const [token = '', target = '', label] = /^<([^<>|]*)(?:\|([^<>]*))?>/.exec(inner) ?? [];
  const rest = inner.slice(token.length);
  const seen = plainForm(label ?? '').replace(/^#/, '');
  if (/^[@!]/.test(target)) {
    return undefined;
  }
  if (/^#C[A-Z0-9]*$/.test(target)) {
    return /^\d+$/.test(seen) ? readNumber(before, `${seen}${rest}`) : undefined;
  }
  const link = readTaskLink(visible(unescapeText(target)));
  if (link === 'none') {
    return unreadable(before + token, true);
  }
  if (link === undefined) {
    // What its reader sees is a number, whatever is behind it.
    return /^\d+$/.test(seen) ? unreadable(before + token) : undefined;
  }
  return withRest(before, link, rest);
}

const maxAddressLength = 2_000;

/** An address that Slack took for text: with its scheme or without, up to the next blank. */
function readBareLink(before: string, inner: string): LeadingTask | undefined {
  const word = /^\S+/.exec(inner)?.[0] ?? '';
  if (word.length > maxAddressLength) {
    return undefined;
  }
  const [typed = ''] = /^[^\s<>«»„“”"*`]+/u.exec(word) ?? [];
  const withoutEnd = typed.replace(/(?:&gt;)*[_~'’)\]},.;:!?…—–]*$/u, '');
  const address = visible(unescapeText(withoutEnd));
  const scheme = /^https?:\/\//i.test(address) ? '' : 'https://';
  const host = /^[^/?#]*/.exec(address.replace(/^https?:\/\//i, ''))?.[0] ?? '';
  if (!/[.:]/.test(host)) {
    return taskPath.test(address) ? unreadable(before + word, true) : undefined;
  }
  const link = readTaskLink(`${scheme}${address}`);
  if (link === undefined) {
    return undefined;
  }
  return link === 'none' ? unreadable(before + word, true) : withRest(before, link, inner.slice(withoutEnd.length));
}

function withRest(before: string, task: TaskReference, following: string): LeadingTask {
  const behind = /^(?:&(?:lt|gt|amp);|[^\p{L}\p{N}\s<&])*/u.exec(following)?.[0] ?? '';
  const end = plainForm(behind);
  return opens(before) && closers.test(end)
    ? { kind: 'task', task, rest: restOf(before, end, following.slice(behind.length)) }
    : unreadable(before, true);
}

/**
 * Every address under which portals show a task: below a user, a group, a space or the extranet, and on sites in a
 * folder of their own. Whose name stands in the path says nothing about the task.
 */
const taskPath = /\/(?:tasks\/task\/(?:view|edit)|task\/comments)\/(\d+)\/*$/i;

/**
 * A link into tasks that names none is a slip, which must not send the text elsewhere; any other link begins a message.
 */
const tasksPath = /\/tasks?(?:\/|%2f|$)/i;

function readTaskLink(address: string): TaskReference | 'none' | undefined {
  const portal = portalOriginOf(address);
  if (!portal) {
    return undefined;
  }
  const pathname = new URL(address).pathname.replace(/\/{2,}/g, '/');
  const task = taskNumber(taskPath.exec(pathname)?.[1] ?? '');
  if (task) {
    return { kind: 'link', portal, task };
  }
  return tasksPath.test(pathname) ? 'none' : undefined;
}

/**
 * What follows, with the marks that were opened before the task and end later: `*51 all of it*` is `*all of it*`. A
 * dash or colon on the same line stands between the task and the message.
 */
function restOf(before: string, end: string, following: string): string {
  const rest = trimUnseen(following.replace(/^[^\S\n]*[—–:;,]+(?=\s)/u, ''));
  if (onlyPairs.test(rest)) {
    return '';
  }
  const kept = [...before].filter((sign) => {
    const other = closing[sign] ?? sign;
    return isPair.test(sign) && !end.includes(other) && rest.includes(other);
  });
  return `${kept.join('')}${rest}`;
}

const isPair = new RegExp(`[${pairs}]`, 'u');
const onlyPairs = new RegExp(String.raw`^[${pairs}\s]*$`, 'u');

const closing: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '«': '»',
  '„': '“',
  '“': '”',
  '‘': '’',
  '‚': '‘',
  '‹': '›',
};

function opens(before: string): boolean {
  return openers.test(plainForm(before));
}

/** Without what nobody sees and without Slack's escapes, in compatible form: a full-width ５１ is 51, and № is #. */
function plainForm(text: string): string {
  const seen = visible(unescapeText(text));
  return isPlain(seen) ? seen : seen.replace(/№|N[°º]/g, '#').normalize('NFKC');
}

function unreadable(word: string, isLink = false): LeadingTask {
  return { kind: 'unreadable', word: plainForm(word).trim(), isLink };
}

/** A number with a leading zero is not how anybody writes a task: it names none. */
function taskNumber(digits: string): TaskId | undefined {
  return digits.startsWith('0') ? undefined : taskIdOf(digits);
}

const atEnds = new RegExp(`^[${pairs}\\s]+|[${pairs}\\s]+$`, 'gu');

/** A text in small letters and with single blanks, without quotes, brackets and marks around it: its bare words. */
export function bareWords(text: string): string {
  return plainForm(text).replace(atEnds, '').replace(/\s+/g, ' ').toLowerCase();
}

/** From the ends inwards, as a search for blanks at an end takes long in a long text full of blanks. */
function trimUnseen(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && blank.test(text.charAt(start))) {
    start += 1;
  }
  while (end > start && blank.test(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

/** A text without the characters that nobody sees. */
export function visible(text: string): string {
  return isPlain(text) ? text : text.replace(unseenOnes, '');
}

/** Whether there is nothing in it but what is on every keyboard: most is, and to look for more takes ten times as long. */
function isPlain(text: string): boolean {
  return /^[ -~\n]*$/.test(text);
}
