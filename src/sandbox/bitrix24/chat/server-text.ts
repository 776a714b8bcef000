import { withoutMarks } from './pieces.ts';
import { onArrival, outsideOfCode } from './server-rules.ts';

/** A message as the portal keeps it, and what it does because of it. */
export type ServedText = {
  /** What the portal looks for commands in. */
  readonly stored: string;
  /** What it hands to clients and to push. */
  readonly read: string;
  /** Portal users who get a notice; `all` is everybody in the chat. */
  readonly notified: readonly (number | 'all')[];
  /** Names of bot commands that would run, if a bot has them. */
  readonly commands: readonly string[];
};

/** Takes a message as the portal does: im/lib/V2/Message.php and im/lib/text.php of module `im` 26.250. */
export function serveText(sent: string): ServedText {
  const stored = onArrival.reduce((text, rule) => rule.apply(text), withoutMarks(sent));
  const read = readStored(stored);
  return { stored, read, notified: findMentions(read), commands: findCommands(stored) };
}

/**
 * Codes that are set aside come back in the end, whatever is typed in the place of their marks: the vendor's marks can
 * be forged, and a forged one that belongs to nothing sends its reader into a loop without end.
 */
function readStored(stored: string): string {
  const aside: string[] = [];
  const shelve = (code: string) => `####REPLACEMENT_MARK_${aside.push(code) - 1}####`;
  const inner = stored
    .replace(/\[code\].*?\[\/code\]/gis, shelve)
    .replace(/\[put(?:=.+?)?\](?:.+?)?\[\/put\]/gi, shelve)
    .replace(/\[send(?:=.+?)?\](?:.+?)?\[\/send\]/gi, shelve)
    .replace(/\[user=(\d+|all)\]\[\/user\]/gi, (_whole, id: string) => `[USER=${id} REPLACE]user ${id}[/USER]`);
  let read = outsideOfCode.reduce((text, rule) => rule.apply(text), inner);
  for (let round = 0; round < 10 && read.includes('####REPLACEMENT_MARK_'); round += 1) {
    read = aside.reduce((text, code, at) => text.replaceAll(`####REPLACEMENT_MARK_${at}####`, code), read);
  }
  return read;
}

/** Wherever they stand, in quotes and in code too: im/lib/V2/Message.php, parseMentions. */
function findMentions(read: string): readonly (number | 'all')[] {
  const ids = Array.from(read.matchAll(/\[user=(\d+|all)(?: replace)?\].*?\[\/user\]/gi), ([, id = '']) => id);
  return [...new Set(ids.map((id) => (id.toLowerCase() === 'all' ? 'all' : Number(id))))];
}

/** A word behind a slash at the start of any line, in code too: im/lib/command.php, onCommandAdd. */
function findCommands(stored: string): readonly string[] {
  return Array.from(stored.matchAll(/^\/([\p{L}\p{N}_-]+)(?=[ \n]|$)/gmu), ([, name = '']) => name);
}
