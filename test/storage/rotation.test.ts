import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { claimTexts, createRotationHarness, expectFilled, fill, identityOf, notesIn } from './rotation-harness.ts';

const quietly = () => {};

describe.each(['SQLite', 'PostgreSQL'] as const)('rotating the keys on %s', (engine) => {
  it('leaves everything readable with the new key alone, and nothing with the old key alone', async () => {
    const harness = await createRotationHarness(engine);
    const before = await harness.open('old');
    await fill(before, 30);
    await before.close();

    const rotating = await harness.open('new', 'old');
    const report = await rotating.rotateKeys(quietly);
    expect(report).toMatchObject({ unreadable: [], left: 0 });
    expect(report.rewritten).toBe(30 * 3 + 1);
    await rotating.close();

    const after = await harness.open('new');
    await expectFilled(after, 30);
    expect((await claimTexts(after)).toSorted()).toEqual(
      Array.from({ length: 30 }, (_, index) => `text ${index + 1}`).toSorted(),
    );
    expect((await after.outbox.claimReports(10)).length).toBeGreaterThanOrEqual(0);
    await after.close();
    await expect(harness.open('old')).rejects.toThrow('not among the encryption keys');
  });

  it('finds nothing to do the second time', async () => {
    const harness = await createRotationHarness(engine);
    const storage = await harness.open('old');
    await fill(storage, 3);
    await storage.close();
    const rotating = await harness.open('new', 'old');
    await rotating.rotateKeys(quietly);
    expect(await rotating.rotateKeys(quietly)).toMatchObject({ rewritten: 0, unreadable: [], left: 0 });
  });

  it('goes on from wherever it was broken off', async () => {
    const harness = await createRotationHarness(engine);
    const storage = await harness.open('old');
    await fill(storage, 80);
    await storage.close();
    const broken = await harness.open('new', 'old');
    const breaking = broken.rotateKeys((rewritten) => {
      if (rewritten >= 150) {
        throw new Error('broken off');
      }
    });
    await expect(breaking).rejects.toThrow('broken off');
    await expectFilled(broken, 80);
    await broken.close();

    const again = await harness.open('new', 'old');
    const { rewritten, left } = await again.rotateKeys(quietly);
    expect(rewritten).toBeGreaterThan(0);
    expect(rewritten).toBeLessThan(80 * 3);
    expect(left).toBe(0);
    await again.close();
    await expectFilled(await harness.open('new'), 80);
  });

  it('names what no key opens, changes nothing of it, and goes on with the rest', async () => {
    const harness = await createRotationHarness(engine);
    const lost = await harness.open('old', 'lost');
    await lost.close();
    const writer = await harness.open('lost', 'old');
    await notesIn(writer).set('T1:U7', 'planted note');
    await writer.identities.save({ tenant: 'T1', user: 'U8' }, identityOf(8));
    await writer.close();
    const owner = await harness.open('old');
    await fill(owner, 5);
    await owner.close();

    const rotating = await harness.open('new', 'old');
    const { unreadable, left, rewritten } = await rotating.rotateKeys(quietly);
    expect(unreadable).toHaveLength(2);
    expect(unreadable[0]).toContain('identity/T1:U8');
    expect(unreadable[1]).toContain('note/T1:U7');
    expect(unreadable.join()).not.toContain('planted');
    expect([left, rewritten]).toEqual([0, 5 * 3 + 1]);
    await rotating.close();

    const found = await harness.open('new', 'old', 'lost');
    expect(await found.rotateKeys(quietly)).toMatchObject({ rewritten: 2, unreadable: [], left: 0 });
    expect(await notesIn(found).get('T1:U7')).toBe('planted note');
  });

  it('does not miss the key of what has expired: nobody may read that any more', async () => {
    const harness = await createRotationHarness(engine);
    const before = await harness.open('old', 'lost');
    await before.close();
    const writer = await harness.open('lost', 'old');
    const expired = writer.records({ name: 'consent', schema: z.string(), ttlMs: -1_000 });
    await expired.set('T1:U7', 'planted consent');
    await notesIn(writer).set('T1:U8', 'planted note');
    await writer.close();

    const rotating = await harness.open('new', 'old');
    const { unreadable, left } = await rotating.rotateKeys(quietly);
    expect(unreadable.map((name) => name.split(' ')[1])).toEqual(['note/T1:U8']);
    expect(left).toBe(0);
    expect(await rotating.records({ name: 'consent', schema: z.string() }).list()).toEqual([]);
  });
});

describe('rotating the keys while replicas run', () => {
  it('loses no write of theirs, and ends with everything under the first key', async () => {
    const harness = await createRotationHarness('PostgreSQL');
    const first = await harness.open('old');
    await fill(first, 60);
    await first.close();
    const [rotating, replica] = [await harness.open('new', 'old'), await harness.open('new', 'old')];
    let isRotating = true;
    const written = new Map<string, string>();
    const notes = notesIn(replica);

    const writing = (async () => {
      for (let round = 0; isRotating || round < 200; round += 1) {
        const key = `T1:U${(round % 60) + 1}`;
        await notes.set(key, `written ${round}`);
        written.set(key, `written ${round}`);
        if (round % 3 === 0) {
          await replica.outbox.cancelAll({ tenant: 'T1', user: `U${(round % 20) + 1}` }, 'unlink');
        }
        if (round % 5 === 0) {
          await replica.identities.remove({ tenant: 'T1', user: `U${((round / 5) % 10) + 41}` });
        }
      }
    })();
    const report = await rotating.rotateKeys(quietly);
    isRotating = false;
    await writing;

    expect(report).toMatchObject({ unreadable: [], left: 0 });
    await Promise.all([rotating.close(), replica.close()]);
    const after = await harness.open('new');
    for (const [key, text] of written) {
      expect(await notesIn(after).get(key)).toBe(text);
    }
    for (let number = 41; number <= 50; number += 1) {
      expect(await after.identities.find({ tenant: 'T1', user: `U${number}` })).toBeUndefined();
    }
    const ended = await after.outbox.listEnded({ tenant: 'T1', user: 'U1' }, 10);
    expect(ended).toMatchObject([{ outcome: { kind: 'cancelled', by: 'unlink' } }]);
    expect(await claimTexts(after)).toHaveLength(40);
  });

  it('says so when a replica goes on writing with another key first', async () => {
    const harness = await createRotationHarness('PostgreSQL');
    const [rotating, stale] = [await harness.open('old', 'new'), await harness.open('old', 'new')];
    await rotating.close();
    const current = await harness.open('new', 'old');
    let isRotating = true;
    const notes = notesIn(stale);
    // Each writes to many places: where the rotation holds one of them, the others go on.
    const writeOn = async (writer: number) => {
      for (let round = 0; isRotating; round += 1) {
        await notes.set(`T1:U${writer}-${round % 10}`, `note ${round}`);
      }
    };
    await notes.set('T1:U1', 'the first note');
    const writing = Promise.all([1, 2, 3, 4].map(writeOn));
    // A rotation may fall between two writes of theirs and truly leave nothing: the next one does not for ever.
    let report = await current.rotateKeys(quietly);
    while (report.left === 0) {
      report = await current.rotateKeys(quietly);
    }
    isRotating = false;
    await writing;
    expect(report.left).toBeGreaterThan(0);
    expect(report.unreadable).toEqual([]);
  });
});
