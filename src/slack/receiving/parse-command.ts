import type { TaskReference } from '../../delivery/submission.ts';
import { portalOriginOf, type TaskId, taskIdOf } from '../../domain/portal.ts';
import { unescapeText } from '../views/mrkdwn.ts';

/** What a person asked for with `/b24task …`. `message` is still Slack's mrkdwn, with its line breaks. */
export type Command =
  | { readonly kind: 'send'; readonly task: TaskReference; readonly message: string }
  /** A message that names no task: for the channel's default task. */
  | { readonly kind: 'send-default'; readonly message: string }
  | { readonly kind: 'compose' }
  | { readonly kind: 'default'; readonly change: 'show' | 'off' | TaskReference }
  | { readonly kind: 'link' }
  | { readonly kind: 'unlink' }
  | { readonly kind: 'status' }
  | { readonly kind: 'doctor' }
  | { readonly kind: 'help' }
  | { readonly kind: 'webhook-url' }
  | { readonly kind: 'wrong'; readonly problem: CommandProblem };

/** What is wrong with a text that no command has the form of. */
export type CommandProblem =
  | { readonly kind: 'no-message'; readonly task: TaskId }
  | { readonly kind: 'bad-number'; readonly word: string }
  | { readonly kind: 'not-a-task-link' };

/**
 * Reads the text of a slash command as Slack sends it with `should_escape`: links as `<url>` or `<url|label>`, channels
 * as `<#C…|name>`, and `&`, `<`, `>` as entities. Never throws.
 */
export function parseCommand(text: string): Command {
  const trimmed = text.trim();
  if (webhookUrl.test(unescapeText(trimmed))) {
    return { kind: 'webhook-url' };
  }
  if (trimmed === '') {
    return { kind: 'compose' };
  }
  const word = words.get(trimmed.toLowerCase());
  return word ? { kind: word } : (parseDefault(trimmed) ?? parseMessage(trimmed));
}

/** The task that a text names and nothing else: a number, `#51`, or a pasted link; `undefined` for any other text. */
export function parseTask(text: string): TaskReference | undefined {
  const word = text.trim();
  const named = /\s/.test(word) ? undefined : readTask(word);
  return named && 'task' in named ? named.task : undefined;
}

/**
 * An incoming webhook's address in any form: with slashes that are encoded once or more often, doubled, or turned
 * round, which servers and browsers take for plain ones. Better one refusal too many.
 */
const slash = String.raw`(?:[/\\]|%(?:25)*(?:2f|5c))`;
const webhookUrl = new RegExp(`${slash}rest${slash}+(?:api${slash}+)?\\d+${slash}+[\\w-]`, 'i');

const words = new Map<string, 'link' | 'unlink' | 'status' | 'doctor' | 'help'>([
  ['connect', 'link'],
  ['link', 'link'],
  ['disconnect', 'unlink'],
  ['unlink', 'unlink'],
  ['logout', 'unlink'],
  ['signout', 'unlink'],
  ['status', 'status'],
  ['doctor', 'doctor'],
  ['help', 'help'],
]);

/** `default` is a command alone, and with one word that names a task or says `off`; else it begins a message. */
function parseDefault(text: string): Command | undefined {
  const [, word] = /^default(?:\s+(<[^<>]*>|\S+))?$/i.exec(text) ?? [undefined, null];
  if (word === null) {
    return undefined;
  }
  if (word === undefined) {
    return { kind: 'default', change: 'show' };
  }
  if (/^off$/i.test(word)) {
    return { kind: 'default', change: 'off' };
  }
  const named = readTask(word);
  if (!named) {
    return undefined;
  }
  return 'problem' in named ? wrong(named.problem) : { kind: 'default', change: named.task };
}

function parseMessage(text: string): Command {
  const first = /^(?:<[^<>]*>(?!\S)|\S+)/.exec(text)?.[0] ?? '';
  const named = readTask(first);
  if (!named) {
    return { kind: 'send-default', message: text };
  }
  if ('problem' in named) {
    return wrong(named.problem);
  }
  const message = text.slice(first.length).trim();
  if (message === '') {
    return wrong({ kind: 'no-message', task: named.task.task });
  }
  return { kind: 'send', task: named.task, message };
}

type Named = { readonly task: TaskReference } | { readonly problem: CommandProblem };

/** `undefined` for a word that does not look as if it should name a task. */
function readTask(word: string): Named | undefined {
  const address = /^<(https?:[^<>|]*)(?:\|[^<>]*)?>$/i.exec(word)?.[1] ?? (/^https?:\/\//i.test(word) ? word : '');
  if (address !== '') {
    return readTaskLink(unescapeText(address));
  }
  // Where a channel is called 51, Slack takes a typed #51 for that channel.
  const number = /^#?(\d+[:;,.]?)$/.exec(word)?.[1] ?? /^<#C[A-Z0-9]*\|(\d+)>$/.exec(word)?.[1];
  if (number === undefined) {
    return undefined;
  }
  const task = taskNumber(number);
  return task ? { task: { kind: 'number', task } } : { problem: { kind: 'bad-number', word: number } };
}

/**
 * Every address under which portals show a task: below a user, a group, a space or the extranet, and on sites in a
 * folder of their own. Whose name stands in the path says nothing about the task.
 */
const taskPath = /\/(?:tasks\/task\/(?:view|edit)|task\/comments)\/(\d+)\/?$/;

/**
 * A link into tasks that names none is a slip, which must not send the text elsewhere; any other link begins a message.
 */
const tasksPath = /\/tasks?(?:\/|$)/;

function readTaskLink(address: string): Named | undefined {
  const portal = portalOriginOf(address);
  if (!portal) {
    return undefined;
  }
  const { pathname } = new URL(address);
  const task = taskNumber(taskPath.exec(pathname)?.[1] ?? '');
  if (task) {
    return { task: { kind: 'link', portal, task } };
  }
  return tasksPath.test(pathname) ? { problem: { kind: 'not-a-task-link' } } : undefined;
}

/** A number with a leading zero is not how anybody writes a task: it names none. */
function taskNumber(digits: string): TaskId | undefined {
  return digits.startsWith('0') ? undefined : taskIdOf(digits);
}

function wrong(problem: CommandProblem): Command {
  return { kind: 'wrong', problem };
}
