import { expect, it } from 'vitest';
import type { LogFields } from '../../src/domain/log.ts';
import { createSummedLog } from '../../src/observability/summed-log.ts';
import { manualClock } from '../support/manual-clock.ts';

function open() {
  const clock = manualClock();
  const lines: { readonly fields: LogFields; readonly message: string }[] = [];
  const note = (fields: LogFields, message: string) => void lines.push({ fields, message });
  const log = { debug: note, info: note, warn: note, error: note };
  return { clock, lines, log: createSummedLog({ clock, log }) };
}

it('writes a line that strangers cause once a minute, with how many more there were', () => {
  const { clock, lines, log } = open();
  for (let times = 0; times < 1_000; times += 1) {
    log('warn', { status: 401 }, 'refused');
    log('warn', { status: 413 }, 'refused');
  }
  clock.advance(60_000);
  log('warn', { status: 401 }, 'refused');
  expect(lines.map(({ fields }) => fields)).toEqual([
    { status: 401 },
    { status: 413 },
    { status: 401, more: 999 },
    { status: 413, more: 999 },
    { status: 401 },
  ]);
});

it('tells only so many different lines apart within a minute', () => {
  const { lines, log } = open();
  for (let kind = 0; kind < 1_000; kind += 1) {
    log('warn', { kind }, 'refused');
  }
  expect(lines).toHaveLength(100);
});
