import { describe, expect, it } from 'vitest';
import type { Transition } from '../../src/delivery/progress.ts';
import { claimNext, message, type OutboxHarness, timing } from './outbox-harness.ts';

const me = { tenant: 'T1', user: 'U1' };
const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };

/** What is kept, for how long, and in what form. */
export function keepingTests(harness: () => OutboxHarness): void {
  describe('keeping', () => {
    it('lists what is open in order, and what ended newest first', async () => {
      const { outbox } = harness().holder('one');
      const sent = [1, 2, 3, 4].map((task) => message({ task }));
      for (const each of sent) {
        await outbox.accept(each);
      }
      for (const _ of [1, 2]) {
        await outbox.settle(await claimNext(outbox), delivered, {});
        await harness().advance(1);
      }
      await outbox.accept(message({ user: 'U2' }));
      expect((await outbox.listOpen(me)).map(({ task }) => task)).toEqual([3, 4]);
      expect((await outbox.listEnded(me, 10)).map(({ task }) => task)).toEqual([2, 1]);
      expect(await outbox.listEnded(me, 1)).toHaveLength(1);
      expect(await outbox.find(me, sent[0]?.id ?? '')).toMatchObject({ state: 'delivered' });
      expect(await outbox.find({ ...me, user: 'U2' }, sent[0]?.id ?? '')).toBeUndefined();
    });

    it('gives the message of a delivery back for sending it again, also while it waits, to its sender only', async () => {
      const { outbox } = harness().holder('one');
      const sent = message({ requests: ['part one', 'part two'] });
      await outbox.accept(sent);
      const { account, task, requests, losses } = sent;
      expect(await outbox.contentOf(me, sent.id)).toEqual({ account, task, requests, losses });
      await outbox.cancelAll(me, 'unlink');
      expect(await outbox.contentOf(me, sent.id)).toEqual({ account, task, requests, losses });
      expect(await outbox.contentOf({ tenant: 'T1', user: 'U2' }, sent.id)).toBeUndefined();
    });

    it('forgets texts, then records, each when their time has come', async () => {
      const { outbox, sweep } = harness().holder('one');
      const [ended, open] = [message({ task: 1 }), message({ task: 2 })];
      await outbox.accept(ended);
      await outbox.settle(await claimNext(outbox), delivered, {});
      await outbox.accept(open);
      await harness().advance(timing.keepTextMs - 1);
      await sweep();
      expect(await outbox.contentOf(me, ended.id)).toBeDefined();
      await harness().advance(1);
      await sweep();

      expect(await outbox.contentOf(me, ended.id)).toBeUndefined();
      expect(await outbox.find(me, ended.id)).toMatchObject({ hasText: false, state: 'delivered', task: 1 });
      expect(await outbox.claimReports(10)).toMatchObject([{ delivery: { id: open.id } }]);
      await harness().advance(timing.keepRecordMs - timing.keepTextMs);
      await sweep();
      expect(await outbox.find(me, ended.id)).toBeUndefined();
      expect(await outbox.find(me, open.id)).toMatchObject({ hasText: true });
    });

    it('keeps nothing that was written or could be written to in plain text', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message({ text: 'planted-message-text' }));
      await outbox.accept(message({ text: 'planted-message-text', task: 52 }));
      await outbox.settle(await claimNext(outbox), delivered, {});

      const rows = JSON.stringify(await harness().database.query('SELECT * FROM outbox'));

      expect(rows).not.toContain('planted');
      expect(rows).not.toContain(Buffer.from('planted-message-text').toString('base64url').slice(2, -2));
      expect(rows).not.toContain('Anna Petrova');
    });

    it('tells the wording of what is kept, encrypted, to its sender alone', async () => {
      const { outbox } = harness().holder('one');
      const wording = { excerpt: 'planted-excerpt', mrkdwn: '*planted-wording*' };
      const [worded, plain] = [{ ...message({ task: 1 }), wording }, message({ task: 2 })];
      await outbox.accept(worded);
      await outbox.accept(plain);

      const ids = [worded.id, plain.id, 'nobody'];
      expect(await outbox.wordingsOf(me, ids)).toEqual(new Map([[worded.id, wording]]));
      expect(await outbox.wordingsOf({ ...me, user: 'U9' }, ids)).toEqual(new Map());
      expect(await outbox.wordingsOf(me, [])).toEqual(new Map());
      expect(await outbox.contentOf(me, worded.id)).toMatchObject({ wording });
      const claim = await claimNext(outbox);
      expect(claim.wording).toEqual(wording);
      expect(await outbox.settle(claim, delivered, {})).toMatchObject({ report: { wording } });
      expect(JSON.stringify(await harness().database.query('SELECT * FROM outbox'))).not.toContain('planted');
      await harness().database.query("UPDATE outbox SET payload = 'v1.gone' WHERE id = $1", [worded.id]);
      expect(await outbox.wordingsOf(me, ids)).toEqual(new Map());
    });

    it('puts a delivery off that cannot be read, says so, and goes on with the others', async () => {
      const { outbox } = harness().holder('one');
      const [broken, sound] = [message({ task: 1 }), message({ task: 2 })];
      await outbox.accept(broken);
      await outbox.accept(sound);
      await harness().database.query(
        'UPDATE outbox SET payload = (SELECT o.payload FROM outbox o WHERE o.id = $1) WHERE id = $2',
        [sound.id, broken.id],
      );

      expect((await outbox.claim(10)).claims.map(({ delivery }) => delivery.id)).toEqual([sound.id]);
      expect(harness().logged).toMatchObject([{ fields: { delivery: broken.id, error: { name: 'DecryptionError' } } }]);
      expect((await outbox.claim(10)).claims).toEqual([]);
      expect(await outbox.find(me, broken.id)).toMatchObject({ state: 'accepted' });
    });

    it('serves everybody else when the way to one sender cannot be read', async () => {
      const { outbox } = harness().holder('one');
      const [broken, sound] = [message({ task: 1 }), message({ task: 2 })];
      await outbox.accept(broken);
      await outbox.accept(sound);
      await harness().database.query("UPDATE outbox SET payload = 'v1.gone' WHERE id = $1", [broken.id]);
      await outbox.cancelAll(me, 'unlink');

      expect((await outbox.claimReports(10)).map(({ delivery }) => delivery.id)).toEqual([sound.id]);
      expect(harness().logged).toMatchObject([{ fields: { delivery: broken.id } }]);
    });
  });
}
