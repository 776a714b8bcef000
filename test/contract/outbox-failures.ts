import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PortalFailure } from '../../src/domain/failure.ts';
import { acme, claimNext, message, type OutboxHarness, other } from './outbox-harness.ts';

/** One of every kind with everything that it can say; a kind or a field that is not here does not compile. */
const failures: {
  readonly [Kind in PortalFailure['kind']]: Required<Extract<PortalFailure, { readonly kind: Kind }>>;
} = {
  'invalid-request': { kind: 'invalid-request', field: 'fields["text"]', code: 'BITRIX_REST_V3_ERROR 🙈' },
  'no-access': { kind: 'no-access' },
  'credential-rejected': { kind: 'credential-rejected', orRights: true },
  'application-gone': { kind: 'application-gone' },
  'token-expired': { kind: 'token-expired' },
  'authorisation-unavailable': { kind: 'authorisation-unavailable' },
  'missing-scope': { kind: 'missing-scope', scopes: ['task', 'im'] },
  'app-not-allowed': { kind: 'app-not-allowed' },
  plan: { kind: 'plan' },
  'portal-blocked': { kind: 'portal-blocked' },
  'portal-closed': { kind: 'portal-closed' },
  'https-required': { kind: 'https-required', to: other },
  'portal-too-old': { kind: 'portal-too-old' },
  throttled: { kind: 'throttled', retryAfterMs: 30_000 },
  'method-throttled': { kind: 'method-throttled', resetAt: 1_800_000_600_000 },
  unreachable: { kind: 'unreachable', addressRefused: true },
  certificate: { kind: 'certificate', problem: 'other-host' },
  'intermediary-refused': { kind: 'intermediary-refused', status: 413 },
  'no-answer': { kind: 'no-answer' },
  'unreadable-answer': { kind: 'unreadable-answer' },
  'portal-fault': { kind: 'portal-fault', code: 'INTERNAL_SERVER_ERROR' },
  'not-posted': { kind: 'not-posted' },
  moved: { kind: 'moved', to: other },
  unexpected: { kind: 'unexpected', code: 'TEAPOT', status: 418 },
};

/** Failures with what may be left out left out, in the form in which the first release wrote them. */
const written = [
  ['{"kind":"unreachable"}', { kind: 'unreachable' }],
  ['{"kind":"throttled"}', { kind: 'throttled' }],
  ['{"kind":"no-access"}', { kind: 'no-access' }],
  ['{"kind":"invalid-request","code":"X"}', { kind: 'invalid-request', code: 'X' }],
  ['{"kind":"invalid-request","field":"text","code":"X"}', { kind: 'invalid-request', field: 'text', code: 'X' }],
  ['{"kind":"missing-scope","scopes":["task"]}', { kind: 'missing-scope', scopes: ['task'] }],
  ['{"kind":"method-throttled"}', { kind: 'method-throttled' }],
  ['{"kind":"moved","to":"https://acme.bitrix24.com"}', { kind: 'moved', to: acme }],
  ['{"kind":"not-posted"}', { kind: 'not-posted' }],
  ['{"kind":"unexpected","code":"Y","status":418}', { kind: 'unexpected', code: 'Y', status: 418 }],
] as const;

/** The kinds of 0.1.0: replicas of it go on beside new ones, and read what those write. */
const kindsBefore = [
  'invalid-request',
  'no-access',
  'credential-rejected',
  'token-expired',
  'authorisation-unavailable',
  'missing-scope',
  'app-not-allowed',
  'application-gone',
  'plan',
  'portal-blocked',
  'portal-closed',
  'https-required',
  'portal-too-old',
  'throttled',
  'method-throttled',
  'unreachable',
  'certificate',
  'intermediary-refused',
  'no-answer',
  'unreadable-answer',
  'portal-fault',
  'moved',
  'unexpected',
];

/** How failures are kept: every one that there is, and those of the first release. */
export function failureTests(harness: () => OutboxHarness): void {
  describe('failures', () => {
    it.each(Object.values(failures))('of the kind $kind are kept with all that they say', async (failure) => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      await outbox.settle(
        await claimNext(outbox),
        { kind: 'wait', delayMs: 0, failures: 1, ambiguous: false, failure },
        {},
      );
      expect((await outbox.find(sent.person, sent.id))?.waitingFor).toStrictEqual(failure);

      const claim = await claimNext(outbox);
      expect(claim.progress.waitingFor).toStrictEqual(failure);
      await outbox.settle(claim, { kind: 'end', outcome: { kind: 'refused', failure } }, {});
      expect((await outbox.find(sent.person, sent.id))?.outcome).toStrictEqual({ kind: 'refused', failure });
    });

    it.each(Object.values(failures))(
      'of the kind $kind are kept as a kind that the release before knows',
      async (failure) => {
        const { outbox } = harness().holder('one');
        const { id } = message();
        await outbox.accept(message({ id }));
        await outbox.settle(
          await claimNext(outbox),
          { kind: 'wait', delayMs: 60_000, failures: 1, ambiguous: false, failure },
          {},
        );
        const [kept] = await harness().database.query('SELECT failure FROM outbox WHERE id = $1', [id]);
        expect(kindsBefore).toContain(z.object({ kind: z.string() }).parse(JSON.parse(String(kept?.['failure']))).kind);
      },
    );

    it.each(written)('that an earlier release wrote as %s are read', async (text, failure) => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      await harness().database.query('UPDATE outbox SET failure = $1 WHERE id = $2', [text, sent.id]);
      expect((await outbox.find(sent.person, sent.id))?.waitingFor).toStrictEqual(failure);
    });
  });
}
