import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { portalOriginOf, taskIdOf } from '../../src/domain/portal.ts';
import { createCipher } from '../../src/storage/encryption/cipher.ts';
import { createDraftStore } from '../../src/storage/records/drafts.ts';
import { createIdentityStore } from '../../src/storage/records/identities.ts';
import { openKeyValue } from '../../src/storage/records/key-value.ts';
import { createPortalMoves } from '../../src/storage/records/portal-moves.ts';
import { createRecordStores, type RecordStores } from '../../src/storage/records/records.ts';
import { createTaskMemory } from '../../src/storage/records/task-memory.ts';
import { identityOf } from '../storage/rotation-harness.ts';
import { testKey } from '../support/test-key.ts';
import type { RecordHarness } from './record-store.ts';

const anna = { tenant: 'T1', user: 'U1' };
const portals = ['one', 'two', 'three', 'four', 'five'].map((name) => found(portalOriginOf(`https://${name}.example`)));
const [old] = portals;

/** What replicas do at once to one record, whatever it is stored in: nobody's part is lost. */
export function sharedRecordsContract(engine: string, createHarness: () => Promise<RecordHarness>): void {
  describe(`records that replicas change at once, on ${engine}`, () => {
    let harness: RecordHarness;
    let replicas: readonly RecordStores[];
    beforeAll(async () => {
      harness = await createHarness();
      const keyValues = await Promise.all([1, 2, 3].map(() => openKeyValue(harness.database)));
      replicas = keyValues.map((keyValue) => createRecordStores(keyValue, createCipher([testKey(3)]), harness.now));
    }, 60_000);
    afterAll(() => harness.close());

    /** Each replica does it so many times, all at once. */
    const atOnce = (times: number, work: (records: RecordStores, index: number) => Promise<unknown>) =>
      Promise.all(
        replicas.flatMap((records, replica) =>
          [...Array(times).keys()].map((each) => work(records, replica * times + each)),
        ),
      );

    it('keep the part of each', async () => {
      const kind = { name: 'sums', schema: z.array(z.number()), ttlMs: 1_000 };
      await atOnce(4, (records, index) => records(kind).update('a', (known = []) => [...known, index]));
      const [first] = replicas.map((records) => records(kind));
      expect((await first?.get('a'))?.toSorted((one, other) => one - other)).toEqual([...Array(12).keys()]);
      await first?.update('a', () => undefined);
      expect(await first?.get('a')).toHaveLength(12);
      await harness.setNow(harness.now() + 1_000);
      await first?.update('a', (known) => (known === undefined ? [51] : undefined));
      expect(await first?.get('a')).toEqual([51]);
    });

    it('keep every address that a portal moved to', async () => {
      const from = found(old);
      const [moves] = replicas.map(createPortalMoves);
      await atOnce(1, (records, index) => createPortalMoves(records).note('T1', from, found(portals[index + 1])));
      await atOnce(1, (records, index) => createPortalMoves(records).noteRedirect(from, found(portals[index + 1])));
      for (const to of portals.slice(1, 4)) {
        expect(await moves?.leads('T1', from, to)).toBe(true);
        expect(await moves?.redirects(from, to)).toBe(true);
      }
    });

    it('keep as many drafts of a person as there may be, and no more', async () => {
      let ids = 0;
      const stores = new Map(replicas.map((records) => [records, createDraftStore(records, () => `draft-${++ids}`)]));
      const draft = {
        person: anna,
        content: { kind: 'nothing' },
        route: { team: 'T1', user: 'U1', locale: 'en', place: { channel: 'C1' } },
      } as const;
      const saved = await atOnce(10, async (records) => found(stores.get(records)).save(draft));
      const [any] = stores.values();
      const kept = await Promise.all(saved.map((id) => any?.find(anna, String(id))));
      expect(kept.filter((each) => each !== undefined)).toHaveLength(20);
    });

    it('keep every default that a person knows, beside the tasks that they write to', async () => {
      const task = { portal: found(old), task: found(taskIdOf('51')), bitrixUserId: '7' };
      const place = (index: number) => ({ tenant: 'T1', channel: `C${index}`, thread: '1.1' });
      await createIdentityStore(found(replicas[0])).save(anna, identityOf(1));
      await atOnce(6, async (records, index) => {
        const memory = createTaskMemory(records);
        await (index % 2 === 0
          ? memory.noteKnownDefault(anna, place(index), task.task)
          : memory.remember(anna, [{ task, place: place(index) }]));
      });
      const memory = createTaskMemory(found(replicas[0]));
      const known = [...Array(18).keys()].map((index) => memory.knowsDefault(anna, place(index), task.task));
      expect((await Promise.all(known)).filter(Boolean)).toHaveLength(9);
      expect(await memory.channels(anna)).toHaveLength(9);
    });
  });
}

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error('Not there');
  }
  return value;
}
