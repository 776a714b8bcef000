import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../domain/log.ts';

/**
 * Bolt's logger over ours. At debug and info Bolt prints request bodies, headers and addresses, so those are dropped;
 * of warnings and errors the words are kept, without anything quoted, addressed or shaped like a token.
 */
export function createBoltLogger(log: Log): Logger {
  return {
    debug() {},
    info() {},
    warn: (...words: unknown[]) => log.warn({ source: 'bolt' }, phrase(words)),
    error: (...words: unknown[]) => log.error({ source: 'bolt' }, phrase(words)),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}

const longest = 300;

function phrase(words: readonly unknown[]): string {
  const text = words.map((word) => (word instanceof Error ? `${word.name}: ${word.message}` : String(word))).join(' ');
  return text
    .replace(/\b(?:https?|wss?):\/\/\S+/g, '[address]')
    .replace(/\bx(?:ox[a-z]|app)[\w.-]*/g, '[token]')
    .replace(/"[^"]*"?|'[^']*'(?!\w)/g, '[quoted]')
    .slice(0, longest);
}
