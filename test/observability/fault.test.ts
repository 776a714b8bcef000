import { expect, it } from 'vitest';
import type { LogFields } from '../../src/domain/log.ts';
import { logFault } from '../../src/observability/fault.ts';

it('gives every fault that is logged a short reference of its own', () => {
  const lines: { fields: LogFields; message: string }[] = [];
  const log = { error: (fields: LogFields, message: string) => void lines.push({ fields, message }) };
  const references = [1, 2].map((number) => logFault(log, { number }, 'it broke'));
  expect(lines).toEqual([
    { fields: { number: 1, reference: references[0] }, message: 'it broke' },
    { fields: { number: 2, reference: references[1] }, message: 'it broke' },
  ]);
  expect(references[0]).toMatch(/^[0-9a-f]{8}$/);
  expect(references[1]).not.toBe(references[0]);
});
