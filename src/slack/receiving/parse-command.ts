import type { TaskReference } from '../../delivery/submission.ts';
import type { Locale } from '../../domain/locale.ts';
import { unescapeText } from '../views/mrkdwn.ts';
import {
  type CommandWord,
  commandWord,
  commandWords,
  languageNamed,
  nearlyCommand,
  taskWords,
} from './command-words.ts';
import { bareWords, type LeadingTask, readLeadingTask, visible } from './read-task.ts';

/** What a person asked for with `/b24task …`. `message` is still Slack's mrkdwn, with its line breaks. */
export type Command =
  | { readonly kind: 'send'; readonly task: TaskReference; readonly message: string }
  /** A message that names no task: for the channel's default task. */
  | { readonly kind: 'send-default'; readonly message: string }
  | { readonly kind: 'show-task'; readonly task: TaskReference }
  | { readonly kind: 'compose' }
  | { readonly kind: 'default'; readonly change: 'show' | 'off' | TaskReference }
  | { readonly kind: 'language'; readonly change: 'show' | 'auto' | Locale }
  | { readonly kind: PlainWord }
  | { readonly kind: 'webhook-url' }
  /** It has the form of a command with a slip of the finger in it: `meant` is the command. */
  | { readonly kind: 'nearly'; readonly meant: string; readonly message: string }
  | { readonly kind: 'wrong'; readonly problem: CommandProblem; readonly message: string };

/** A word that is a command by itself and takes no other behind it: whatever word of the texts has no form of its own. */
type PlainWord = Exclude<CommandWord, 'default' | 'off' | 'language' | 'auto'>;

/** What is wrong with a text that has the form of no command. `about`: whether it would set a default or send a message. */
export type CommandProblem =
  | { readonly kind: 'bad-number'; readonly word: string; readonly about: 'message' | 'default' }
  | { readonly kind: 'not-a-task-link'; readonly about: 'message' | 'default' };

/**
 * Reads the text of a slash command as Slack sends it with `should_escape`: links as `<url>` or `<url|label>`, channels
 * as `<#C…|name>`, and `&`, `<`, `>` as entities. Format marks and characters that nobody sees come with pasted text.
 * Never throws.
 */
export function parseCommand(text: string): Command {
  const trimmed = text.trim();
  if (webhookUrl.test(visible(unescapeText(trimmed)))) {
    return { kind: 'webhook-url' };
  }
  if (visible(trimmed).trim() === '') {
    return { kind: 'compose' };
  }
  return parseWords(trimmed) ?? parseMessage(trimmed);
}

/** The task that a text names and nothing else: a number, `#51`, or a pasted link; `undefined` for any other text. */
export function parseTask(text: string): TaskReference | undefined {
  const named = readLeadingTask(text);
  return named?.kind === 'task' && named.rest === '' ? named.task : undefined;
}

/**
 * An incoming webhook's address in any form: with slashes that are encoded once or more often, doubled, or turned
 * round, which servers and browsers take for plain ones. Better one refusal too many.
 */
const slash = String.raw`(?:[/\\]|%(?:25)*(?:2f|5c))`;
const webhookUrl = new RegExp(`${slash}rest${slash}+(?:api${slash}+)?\\d+${slash}+[\\w-]`, 'i');

/** No command is longer, so that a long message is not looked at for one. */
const maxCommandLength = 1_000;

/** A text is a command only as a whole: `help` is one, `help me with this` begins a message. */
function parseWords(text: string): Command | undefined {
  if (text.length > maxCommandLength) {
    return undefined;
  }
  const all = bareWords(text);
  const alone = commandWord(all);
  if (alone) {
    return commandAlone(alone);
  }
  const [, first = '', rest = ''] = /^(\S+)\s+(\S.*)$/s.exec(text) ?? [];
  return (
    (rest === '' ? undefined : parseWithArgument(bareWords(first), rest, text)) ??
    (/\s/.test(all) ? undefined : askAbout(nearlyCommand(all, standsAlone), text))
  );
}

function commandAlone(word: CommandWord): Command | undefined {
  switch (word) {
    case 'default':
    case 'language':
      return { kind: word, change: 'show' };
    case 'off':
    case 'auto':
      return undefined;
    default:
      return { kind: word };
  }
}

/** Commands with one word behind them: what the default task becomes, and the language. */
function parseWithArgument(first: string, rest: string, text: string): Command | undefined {
  const exact = commandWord(first);
  const near = exact ? undefined : nearlyCommand(first, takesArgument);
  const word = exact ?? (near === undefined ? undefined : commandWord(near));
  if (word !== 'default' && word !== 'language') {
    return undefined;
  }
  const argument = bareWords(rest);
  if (word === 'default') {
    return parseDefault({ first: near ?? first, isExact: exact !== undefined, rest, argument, text });
  }
  if (/\s/.test(argument)) {
    return undefined;
  }
  const change = commandWord(argument) === 'auto' ? 'auto' : languageNamed(argument);
  if (change !== undefined) {
    return near ? askAbout(`${near} ${argument}`, text) : { kind: 'language', change };
  }
  // The code of a language that the app does not speak: the answer says which it speaks.
  return exact && /^[a-z]{2}(?:[-_][a-z]{2})?$/.test(argument) ? { kind: 'language', change: 'show' } : undefined;
}

function parseDefault({
  first,
  isExact,
  rest,
  argument,
  text,
}: {
  readonly first: string;
  readonly isExact: boolean;
  readonly rest: string;
  readonly argument: string;
  readonly text: string;
}): Command | undefined {
  const isOff = commandWord(argument) === 'off';
  const nearlyOff = nearlyCommand(argument, wordsForOff);
  if (isOff || nearlyOff !== undefined) {
    return isOff && isExact
      ? { kind: 'default', change: 'off' }
      : askAbout(`${first} ${isOff ? argument : nearlyOff}`, text);
  }
  const named = readLeadingTask(rest);
  if (named?.kind === 'task' && named.rest === '') {
    return isExact ? { kind: 'default', change: named.task } : askAbout(`${first} ${named.task.task}`, text);
  }
  return named?.kind === 'unreadable' && isExact && !/\s/.test(rest) ? wrong(named, 'default', text) : undefined;
}

const standsAlone = commandWords((kind) => kind !== 'off' && kind !== 'auto');
const takesArgument = commandWords((kind) => kind === 'default' || kind === 'language');
const wordsForOff = commandWords((kind) => kind === 'off');

function askAbout(meant: string | undefined, message: string): Command | undefined {
  return meant === undefined ? undefined : { kind: 'nearly', meant, message };
}

/**
 * A task that is named with its word before the number, in any language of the app. Whether `task 51 is done` names
 * the task or is what it says, only its writer knows.
 */
const numberInWords = new RegExp(String.raw`^(?:${taskWords.join('|')})[\s#:.-]*\p{N}+`, 'u');

function parseMessage(text: string): Command {
  const named = readLeadingTask(text);
  if (!named) {
    const [inWords] = numberInWords.exec(bareWords(text)) ?? [];
    return inWords === undefined
      ? { kind: 'send-default', message: text }
      : wrong({ word: inWords, isLink: false }, 'message', text);
  }
  if (named.kind === 'unreadable') {
    return wrong(named, 'message', text);
  }
  const { task, rest } = named;
  return rest === '' ? { kind: 'show-task', task } : { kind: 'send', task, message: rest };
}

function wrong(
  { word, isLink }: Pick<Extract<LeadingTask, { kind: 'unreadable' }>, 'word' | 'isLink'>,
  about: CommandProblem['about'],
  message: string,
): Command {
  const problem = isLink
    ? ({ kind: 'not-a-task-link', about } as const)
    : ({ kind: 'bad-number', word, about } as const);
  return { kind: 'wrong', problem, message };
}
