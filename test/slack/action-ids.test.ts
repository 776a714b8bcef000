import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ButtonAction, encodeAction, parseAction } from '../../src/slack/views/action-ids.ts';
import { task } from './harness.ts';

const id = fc.stringMatching(/^[\w-]{1,60}$/);
const action: fc.Arbitrary<ButtonAction> = fc.oneof(
  fc.constantFrom<ButtonAction>(
    { kind: 'link' },
    { kind: 'unlink' },
    { kind: 'keep-link' },
    { kind: 'connect' },
    { kind: 'set-out' },
    { kind: 'try-now' },
    { kind: 'check' },
    { kind: 'write' },
  ),
  fc.record({ kind: fc.constantFrom('confirm-connection' as const, 'decline-connection' as const), grant: id }),
  fc.record({ kind: fc.constant('cancel' as const), delivery: id, from: fc.constantFrom('reply', 'status') }),
  fc.record({ kind: fc.constantFrom('take-back' as const, 'edit-delivery' as const), delivery: id }),
  fc.record({ kind: fc.constant('send-again' as const), delivery: id, nonce: id }),
  fc.record({ kind: fc.constant('show-text' as const), draft: id, page: fc.integer({ min: 1, max: 999_999 }) }),
  fc.record({ kind: fc.constant('write' as const), task: fc.integer({ min: 1, max: 999_999 }).map(task) }),
);

describe('the action of a button', () => {
  it('comes back from the button as it was put on it', () => {
    fc.assert(
      fc.property(action, (given) => {
        const { action_id, value } = encodeAction(given);
        expect(parseAction(action_id, value)).toEqual(given);
      }),
    );
  });

  it('keeps within what Slack allows for ids', () => {
    fc.assert(
      fc.property(action, (given) => {
        const { action_id, value } = encodeAction(given);
        expect(action_id.length).toBeLessThanOrEqual(255);
        expect(value?.length ?? 1).toBeLessThanOrEqual(2_000);
      }),
    );
  });

  it.each([
    ['somebody.else', undefined],
    ['b24task.cancel', undefined],
    ['b24task.cancel', 'delivery-1'],
    ['b24task.cancel', 'elsewhere delivery-1'],
    ['b24task.send-again', 'nonce'],
    ['b24task.write', 'no task'],
    ['b24task.show-text', '0 draft-1'],
    ['b24task.unheard-of', 'x y'],
    ['', ''],
  ])('is none of ours: %j with %j', (actionId, value) => {
    expect(parseAction(actionId, value)).toBeUndefined();
  });

  it('never fails on what others put on buttons', () => {
    fc.assert(fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (a, b) => void parseAction(a, b)));
  });
});
