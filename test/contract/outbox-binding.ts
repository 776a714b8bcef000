import { describe, expect, it } from 'vitest';
import { claimNext, message, type OutboxHarness, other } from './outbox-harness.ts';

const victim = { tenant: 'T1', user: 'U2' };

/** What whoever can write to a stopped database may try to change, so that a text goes out as somebody else or elsewhere. */
const changes = [
  ['slack_user', victim.user],
  ['tenant', 'T2'],
  ['bitrix_user', '9'],
  ['portal', other],
  ['task', 52],
  ['lane', 'T1 U2 https://acme.bitrix24.com 51'],
  ['parts', 2],
  ['id', 'another-id'],
] as const;

/** Rows that were changed by somebody else than the app. */
export function bindingTests(harness: () => OutboxHarness): void {
  describe('a stored text', () => {
    it.each(changes)('does not go out once %s was changed in the table', async (column, value) => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message({ account: { portal: other, userId: '7', name: 'Eve' }, user: 'U9' }));
      await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'delivered' } }, {});
      const sent = message({ text: 'text of the attacker' });
      await outbox.accept(sent);
      await harness().database.query(`UPDATE outbox SET ${column} = $1 WHERE id = $2`, [value, sent.id]);

      expect((await outbox.claim(10)).claims).toEqual([]);

      expect(harness().logged).toMatchObject([{ message: 'A stored delivery cannot be read; it waits' }]);
    });

    it("of an attacker is neither sent nor shown as the victim's, and others go on", async () => {
      const { outbox } = harness().holder('one');
      const [sent, theirs] = [message({ text: 'text of the attacker' }), message({ ...victim })];
      await outbox.accept(sent);
      await outbox.accept(theirs);
      const lane = 'T1 U2 https://acme.bitrix24.com 51';
      const values = [victim.user, '9', lane, sent.id];
      await harness().database.query(
        'UPDATE outbox SET slack_user = $1, bitrix_user = $2, lane = $3 WHERE id = $4',
        values,
      );

      expect((await outbox.claim(10)).claims.map(({ delivery }) => delivery.id)).toEqual([theirs.id]);
      await expect(outbox.contentOf(victim, sent.id)).rejects.toThrow('cannot be decrypted');
    });

    it('cannot take the place of the text of another row', async () => {
      const { outbox } = harness().holder('one');
      const [sent, theirs] = [message({ text: 'text of the attacker' }), message({ ...victim })];
      await outbox.accept(sent);
      await outbox.accept(theirs);
      await harness().database.query(
        'UPDATE outbox SET payload = (SELECT o.payload FROM outbox o WHERE o.id = $1) WHERE id = $2',
        [sent.id, theirs.id],
      );

      expect((await outbox.claim(10)).claims.map(({ delivery }) => delivery.id)).toEqual([sent.id]);
    });
  });
}
