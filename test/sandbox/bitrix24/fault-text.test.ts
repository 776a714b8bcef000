import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/bitrix24/faults/faults.ts';
import { describeFaults, formatFault, parseFault } from '../../../src/sandbox/bitrix24/faults/text.ts';

describe('the short form of a fault', () => {
  it.each([
    ['slow 5s', { kind: 'slow', ms: 5000, moment: 'before' }],
    ['slow 300ms after', { kind: 'slow', ms: 300, moment: 'after' }],
    ['  reset   after ', { kind: 'reset', moment: 'after' }],
    ['reset before', { kind: 'reset', moment: 'before' }],
    ['lost', { kind: 'lost', moment: 'after' }],
    ['html', { kind: 'html', status: 502, moment: 'before' }],
    ['html 503 after', { kind: 'html', status: 503, moment: 'after' }],
    ['empty', { kind: 'empty', status: 200, moment: 'after' }],
    ['429', { kind: 'empty', status: 429, moment: 'before' }],
    ['504', { kind: 'html', status: 504, moment: 'after' }],
    ['500 after', { kind: 'error', code: 'INTERNAL_SERVER_ERROR', status: 500, shape: 'flat', moment: 'after' }],
    [
      'error insufficient_scope 403',
      { kind: 'error', code: 'insufficient_scope', status: 403, shape: 'flat', moment: 'before' },
    ],
    [
      'error BITRIX_REST_V3_EXCEPTION_RATELIMITEXCEPTION 429',
      {
        kind: 'error',
        code: 'BITRIX_REST_V3_EXCEPTION_RATELIMITEXCEPTION',
        status: 429,
        shape: 'v3',
        moment: 'before',
      },
    ],
    ['redirect 301 https://other.example', { kind: 'redirect', status: 301, to: 'https://other.example' }],
    ['redirect 302 /login/', { kind: 'redirect', status: 302, to: '/login/' }],
    ['oversized 2mb', { kind: 'oversized', bytes: 2 * 1024 * 1024, moment: 'after' }],
    ['time limit v3', { kind: 'time-limit', shape: 'v3' }],
    ['too old', { kind: 'too-old', shape: 'flat' }],
    ['moved https://new.example', { kind: 'moved', to: 'https://new.example' }],
    ['off', undefined],
  ] satisfies [string, Fault | undefined][])('%s is understood', (text, fault) => {
    expect(parseFault(text)).toEqual({ kind: 'fault', fault });
  });

  it.each([
    '',
    'slow',
    'slow down',
    'reset sometimes',
    'html 99',
    'html 101',
    'error',
    'error x',
    'cut off',
    'redirect 302',
    'moved nowhere',
    'off now',
    'throttle 3',
  ])('%j is refused with what was expected', (text) => {
    expect(parseFault(text)).toEqual({ kind: 'unreadable', problem: expect.stringContaining('Expected') });
  });

  it('is what any fault is logged as: reading it gives the same fault', () => {
    fc.assert(
      fc.property(anyFault(), (fault) => {
        expect(parseFault(formatFault(fault))).toEqual({ kind: 'fault', fault });
      }),
    );
  });

  it('stands in the help, each on a line of its own', () => {
    const names = describeFaults()
      .split('\n')
      .map((line) => line.split(/ {2,}| [[A-Z0-9]/)[0]);
    expect(names).toEqual(expect.arrayContaining(['slow', 'reset', 'html', 'too old', 'old card', 'off']));
    for (const name of ['cut', 'throttle', 'closed', 'plan', 'overloaded', 'https', 'old card']) {
      expect(parseFault(name).kind).toBe('fault');
    }
  });
});

function anyFault(): fc.Arbitrary<Fault> {
  const moment = fc.constantFrom('before' as const, 'after' as const);
  const shape = fc.constantFrom('flat' as const, 'v3' as const);
  const status = fc.integer({ min: 200, max: 599 });
  const code = fc.stringMatching(/^[A-Za-z_]{1,20}$/);
  return fc.oneof(
    fc.record({ kind: fc.constant('slow' as const), ms: fc.integer({ min: 0, max: 1e6 }), moment }),
    fc.record({ kind: fc.constantFrom('reset' as const, 'lost' as const, 'garbage' as const), moment }),
    fc.record({ kind: fc.constantFrom('html' as const, 'empty' as const), status, moment }),
    fc.record({ kind: fc.constant('error' as const), code, status, shape, moment }),
    fc.record({ kind: fc.constant('redirect' as const), status, to: fc.constantFrom('/x/', 'https://a.example') }),
    fc.record({ kind: fc.constant('moved' as const), to: fc.constant('http://127.0.0.1:8080') }),
    fc.record({ kind: fc.constant('oversized' as const), bytes: fc.nat(), moment }),
    fc.record({ kind: fc.constantFrom('time-limit' as const, 'too-old' as const), shape }),
    fc.record({ kind: fc.constantFrom('cut', 'throttle', 'closed', 'plan', 'overloaded', 'https', 'old-card') }),
  );
}
