import { expect, it } from 'vitest';
import type { LogFields } from '../../src/domain/log.ts';
import { createCalmLog } from '../../src/observability/calm-log.ts';
import { manualClock } from '../support/manual-clock.ts';

type Line = { readonly level: string; readonly fields: LogFields; readonly message: string };

function open() {
  const clock = manualClock();
  const lines: Line[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const loud = () => lines.filter(({ level }) => level !== 'debug');
  return { clock, lines, loud, log: createCalmLog(log, clock) };
}

const gone = () => new Error('connection refused');

it('tells a trouble once, and then once a minute how often it came again', () => {
  const { clock, lines, loud, log } = open();
  for (let second = 0; second < 150; second += 1) {
    log.error({ error: gone(), delivery: `d${second}` }, 'claiming failed');
    clock.advance(1_000);
  }
  expect(loud()).toHaveLength(3);
  expect(loud()[0]?.fields['error']).toBeInstanceOf(Error);
  expect(
    loud()
      .slice(1)
      .map(({ fields }) => fields),
  ).toEqual([
    { more: 59, name: 'Error', reason: 'connection refused' },
    { more: 60, name: 'Error', reason: 'connection refused' },
  ]);
  // Nothing is lost to who looks for one delivery.
  expect(lines.filter(({ fields }) => 'delivery' in fields)).toHaveLength(150);
});

it('tells it in full again after a quiet minute', () => {
  const { clock, loud, log } = open();
  log.error({ error: gone() }, 'claiming failed');
  clock.advance(60_000);
  log.error({ error: gone() }, 'claiming failed');
  expect(loud().map(({ fields }) => 'error' in fields)).toEqual([true, true]);
});

it('keeps different troubles apart, and leaves alone what is no trouble', () => {
  const { loud, log } = open();
  log.error({ error: gone() }, 'claiming failed');
  log.error({ error: new Error('disk full') }, 'claiming failed');
  log.warn({ error: gone() }, 'claiming failed');
  log.error({ error: gone() }, 'a report failed');
  log.error({ reference: 'a' }, 'a bug');
  log.error({ reference: 'b' }, 'a bug');
  log.info({}, 'started');
  expect(loud()).toHaveLength(7);
});
