import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../src/domain/secret.ts';
import { secretText } from '../../src/storage/codecs.ts';
import type { Database } from '../../src/storage/database.ts';
import { createCipher, DecryptionError } from '../../src/storage/encryption/cipher.ts';
import { openKeyValue } from '../../src/storage/records/key-value.ts';
import { createRecordStores, type RecordStores } from '../../src/storage/records/records.ts';
import { testKey } from '../support/test-key.ts';

/** A database under test. `setNow` moves its clock. */
export type RecordHarness = {
  readonly database: Database;
  now(): number;
  setNow(time: number): Promise<void>;
  close(): Promise<void>;
};

const key = testKey(3);

/** What every store of records does, whatever it is stored in. */
export function recordStoreContract(engine: string, createHarness: () => Promise<RecordHarness>): void {
  describe(`records on ${engine}`, () => {
    let harness: RecordHarness;
    let records: RecordStores;
    beforeAll(async () => {
      harness = await createHarness();
      records = await storesWith([key]);
    }, 60_000);
    afterAll(() => harness.close());

    const storesWith = async (keys: readonly Uint8Array[]) =>
      createRecordStores(await openKeyValue(harness.database), createCipher(keys), harness.now);
    const drafts = (name: string) => records({ name, schema: z.object({ text: z.string() }) });

    it('keeps, replaces and removes', async () => {
      const store = drafts('keeping');
      expect(await store.get('a')).toBeUndefined();
      await store.set('a', { text: 'one' });
      await store.set('a', { text: 'two: “quotes” \\ \u0001 ünï' });
      expect(await store.get('a')).toEqual({ text: 'two: “quotes” \\ \u0001 ünï' });
      expect(await store.remove('a')).toBe(true);
      expect(await store.remove('a')).toBe(false);
      expect(await store.get('a')).toBeUndefined();
    });

    it('finds what is looked up at one time, some of it twice, with one question to the database', async () => {
      const asked: string[] = [];
      const watched: Database = {
        ...harness.database,
        query(text, values) {
          asked.push(text);
          return harness.database.query(text, values);
        },
      };
      const keyValue = await openKeyValue(watched);
      const [one, two] = [
        { text: 'one', expiresAt: null },
        { text: 'two', expiresAt: null },
      ];
      await keyValue.set("together/a 'quoted'", one);
      await keyValue.set('together/b "quoted", \\', two);
      asked.length = 0;
      const keys = ["together/a 'quoted'", 'together/b "quoted", \\', 'together/c', "together/a 'quoted'"];
      expect(await Promise.all(keys.map((each) => keyValue.get(each)))).toEqual([one, two, undefined, one]);
      expect(asked).toHaveLength(1);
    });

    it('keeps kinds apart, also when a key looks like the name of another kind', async () => {
      await drafts('kind').set('kind/a', { text: 'one' });
      await drafts('kind').set('a', { text: 'two' });
      await drafts('kin').set('d/a', { text: 'three' });
      expect(await drafts('kind').get('kind/a')).toEqual({ text: 'one' });
      expect(await drafts('kind').get('a')).toEqual({ text: 'two' });
      expect(await drafts('kin').get('a')).toBeUndefined();
    });

    it('changes what is there and what is not, also when several processes do so at once', async () => {
      const count = { name: 'counting', schema: z.object({ times: z.number() }) };
      const processes = await Promise.all([1, 2, 3].map(async () => (await storesWith([key]))(count)));
      await drafts('owner').set('a', { text: 'here' });
      const counted = processes.flatMap((store) =>
        Array.from({ length: 10 }, (_, index) =>
          store.change(`${index % 2}`, 'owner/a', (known) => ({ times: (known?.times ?? 0) + 1 })),
        ),
      );
      expect((await Promise.all(counted)).every(Boolean)).toBe(true);
      expect(await records(count).get('0')).toEqual({ times: 15 });
      expect(await records(count).get('1')).toEqual({ times: 15 });
    });

    it('changes nothing beside a record that is gone', async () => {
      const store = drafts('changing');
      await store.set('a', { text: 'before' });
      expect(await store.change('a', 'owner/absent', () => ({ text: 'after' }))).toBe(false);
      expect(await store.change('b', 'owner/absent', () => ({ text: 'after' }))).toBe(false);
      expect(await store.get('a')).toEqual({ text: 'before' });
      expect(await store.get('b')).toBeUndefined();
    });

    it('adds only where nothing is, once for all who try at once', async () => {
      const store = drafts('adding');
      const added = await Promise.all(Array.from({ length: 8 }, (_, index) => store.add('a', { text: `${index}` })));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await store.get('a')).toEqual({ text: `${added.indexOf(true)}` });
    });

    it('hands a record to one taker', async () => {
      const store = drafts('taking');
      await store.set('state', { text: 'once' });
      const taken = await Promise.all(Array.from({ length: 8 }, () => store.take('state')));
      expect(taken.filter((value) => value !== undefined)).toEqual([{ text: 'once' }]);
      expect(await store.get('state')).toBeUndefined();
    });

    it('lets records expire on the storage’s clock, for every way to look at them', async () => {
      const store = records({ name: 'expiring', schema: z.string(), ttlMs: 1_000 });
      for (const name of ['get', 'take', 'add', 'sweep']) {
        await store.set(name, 'short');
      }
      await harness.setNow(harness.now() + 999);
      expect(await store.get('get')).toBe('short');
      expect(await store.add('add', 'too early')).toBe(false);
      await harness.setNow(harness.now() + 1);

      expect(await store.get('get')).toBeUndefined();
      expect(await store.take('take')).toBeUndefined();
      expect(await store.add('add', 'fresh')).toBe(true);
      expect(await store.get('add')).toBe('fresh');
      await (await openKeyValue(harness.database)).sweep();
      expect(await store.list()).toEqual(['add']);
    });

    it('lists the keys of one kind that start in a certain way', async () => {
      const store = drafts('listing');
      for (const name of ['T1:U2', 'T1:U1', 'T2:U1', 'T%:U1', 'T_:U1', 't1:U1']) {
        await store.set(name, { text: '' });
      }
      await drafts('listings').set('T1:U9', { text: '' });
      expect(await store.list('T1:')).toEqual(['T1:U1', 'T1:U2']);
      expect(await store.list('T%')).toEqual(['T%:U1']);
      expect(await store.list()).toHaveLength(6);
    });

    it('encrypts everything, and keeps secrets in their values', async () => {
      const store = records({ name: 'secrets', schema: z.object({ token: secretText, note: z.string() }) });
      await store.set('a', { token: new Secret('planted-token'), note: 'planted-note' });
      const found = await store.get('a');
      expect(found?.token.reveal()).toBe('planted-token');
      expect(JSON.stringify(await harness.database.query('SELECT * FROM records'))).not.toContain('planted');
    });

    it('does not read a record that was moved, prolonged or damaged', async () => {
      const store = records({ name: 'moving', schema: z.string(), ttlMs: 60_000 });
      await store.set('mine', 'secret');
      await store.set('yours', 'other');
      const sql = (text: string) => harness.database.query(text);
      await sql(`UPDATE records SET value = (SELECT r.value FROM records r WHERE r.key = 'moving/mine')
        WHERE key = 'moving/yours'`);
      await expect(store.get('yours')).rejects.toThrow(DecryptionError);
      await expect(store.take('yours')).rejects.toThrow(DecryptionError);
      await sql(`UPDATE records SET value = replace(value, '"expiresAt":', '"expiresAt":9') WHERE key = 'moving/mine'`);
      await expect(store.get('mine')).rejects.toThrow(DecryptionError);
      for (const damaged of ['{}', 'no json', '{"value":null}', '{"value":{"text":"","expiresAt":null}}']) {
        await harness.database.query('UPDATE records SET value = $1 WHERE key = $2', [damaged, 'moving/mine']);
        await expect(store.get('mine')).rejects.toThrow();
      }
      await harness.database.query('DELETE FROM records');
    });

    it('says that a key is missing instead of "not found"', async () => {
      await drafts('keys').set('a', { text: 'one' });
      const stranger = await storesWith([testKey(4)]);
      const store = stranger({ name: 'keys', schema: z.object({ text: z.string() }) });
      await expect(store.get('a')).rejects.toThrow(/key [0-9a-f]{8}/);
      const both = await storesWith([testKey(4), key]);
      expect(await both({ name: 'keys', schema: z.object({ text: z.string() }) }).get('a')).toEqual({ text: 'one' });
    });

    it('does not hand out a value that does not fit its schema', async () => {
      await drafts('schema').set('a', { text: 'one' });
      await expect(records({ name: 'schema', schema: z.number() }).get('a')).rejects.toThrow();
    });
  });
}
