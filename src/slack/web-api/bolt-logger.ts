import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../domain/log.ts';

/**
 * The app's log as a logger for Bolt. Bolt's lines at debug and info hold request bodies, headers and addresses, so they
 * are dropped. Warnings and errors keep their text, with everything quoted, all addresses and all tokens replaced.
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

/** In UTF-16 code units. */
const maxLineLength = 300;

function phrase(words: readonly unknown[]): string {
  const text = words.map((word) => (word instanceof Error ? `${word.name}: ${word.message}` : String(word))).join(' ');
  return text
    .replace(/\b(?:https?|wss?):\/\/\S+/g, '[address]')
    .replace(/\bx(?:ox[a-z]|app)[\w.-]*/g, '[token]')
    .replace(/"[^"]*"?|'[^']*'(?!\w)/g, '[quoted]')
    .slice(0, maxLineLength);
}
