import { LogLevel } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { createBoltLogger } from '../../src/slack/web-api/bolt-logger.ts';
import { collectInto, type LogLine } from './harness.ts';

describe("Bolt's logger", () => {
  const written = (write: (logger: ReturnType<typeof createBoltLogger>) => void) => {
    const lines: LogLine[] = [];
    write(createBoltLogger(collectInto(lines)));
    return lines;
  };

  it('drops what may hold bodies: everything below a warning', () => {
    const lines = written((logger) => {
      logger.debug('http request body: {"text":"hello"}');
      logger.info('GET /slack/oauth_redirect?code=planted');
    });
    expect(lines).toEqual([]);
  });

  it('keeps the words of warnings and errors, without texts, addresses and tokens', () => {
    const [line] = written((logger) =>
      logger.error(
        new SyntaxError('Unexpected token in JSON "planted text'),
        "at https://hooks.slack.com/planted with xoxb-1-planted and xapp-1-planted for 'planted'",
      ),
    );
    expect(line).toEqual({
      level: 'error',
      fields: { source: 'bolt' },
      message: 'SyntaxError: Unexpected token in JSON [quoted]',
    });
    const [other] = written((logger) => logger.warn('at https://hooks.slack.com/planted with xoxb-1-planted'));
    expect(other?.message).toBe('at [address] with [token]');
  });

  it('stays at its level whatever Bolt sets', () => {
    const lines = written((logger) => {
      logger.setLevel(LogLevel.DEBUG);
      logger.debug('planted');
    });
    expect(lines).toEqual([]);
  });
});
