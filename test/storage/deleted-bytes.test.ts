import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rotateKeys } from '../../src/admin/key-rotation.ts';
import { forget } from '../../src/admin/person-deletion.ts';
import type { Storage } from '../../src/storage/open.ts';
import { runCommand, settingsFor } from '../admin/run-command.ts';
import { message } from '../contract/outbox-harness.ts';
import { createRotationHarness, identityOf, keyTexts, type RotationHarness } from './rotation-harness.ts';

const person = { tenant: 'T1', user: 'U1' };
const envelopes = z.array(z.object({ envelope: z.string() }));
const long = 'a text that needs pages of its own '.repeat(300);

/** The encrypted texts about the person, as they stand in the tables now. */
function envelopesIn({ place }: RotationHarness): readonly string[] {
  const reader = new DatabaseSync(join(place.dataDir, 'b24task.db'), { readOnly: true });
  try {
    const rows = reader
      .prepare(
        `SELECT value ->> '$.value.text' AS envelope FROM records WHERE key LIKE '%T1:U1%'
        UNION ALL SELECT payload FROM outbox WHERE payload IS NOT NULL`,
      )
      .all();
    return envelopes.parse(rows).map(({ envelope }) => envelope);
  } finally {
    reader.close();
  }
}

/** How many of these texts are anywhere in the files: a piece from the middle of each is looked for. */
function foundIn({ place }: RotationHarness, texts: readonly string[]): number {
  const bytes = readdirSync(place.dataDir).map((name) => readFileSync(join(place.dataDir, name), 'latin1'));
  const all = bytes.join('');
  return texts.filter((text) => all.includes(text.slice(40, 140))).length;
}

async function say(storage: Storage, texts: readonly string[]): Promise<void> {
  await storage.identities.save(person, identityOf(1));
  for (const [index, text] of texts.entries()) {
    const sent = message({ text, task: index + 1 });
    await storage.outbox.accept(sent);
    await storage.outbox.cancel(person, sent.id);
  }
  for (const report of await storage.outbox.claimReports(20)) {
    await storage.outbox.settleReport(report, { made: true });
  }
}

async function filledHarness() {
  const harness = await createRotationHarness('SQLite');
  const storage = await harness.open('old');
  await say(storage, ['short', long, 'another']);
  const planted = envelopesIn(harness);
  expect([planted.length, foundIn(harness, planted)]).toEqual([4, 4]);
  return { harness, storage, planted };
}

describe('what was deleted from a SQLite file', () => {
  it('is in none of its bytes once somebody has unlinked, while the service runs and after it', async () => {
    const { harness, storage, planted } = await filledHarness();
    await storage.identities.remove(person);
    await storage.personalData.eraseTraces(person, { language: 'kept' });
    expect(foundIn(harness, planted)).toBe(0);
    await storage.close();
    expect(foundIn(harness, planted)).toBe(0);
  });

  it('is in none of its bytes once a new link has replaced the old one and the sweep has been there', async () => {
    const { harness, storage, planted } = await filledHarness();
    const [link = ''] = planted;
    await storage.identities.save(person, identityOf(2));
    await storage.sweep();
    expect([foundIn(harness, [link]), foundIn(harness, planted)]).toEqual([0, planted.length - 1]);
  });

  it('is in none of its bytes after npm run forget, also where an earlier release left it in unused pages', async () => {
    const { harness, storage, planted } = await filledHarness();
    await storage.close();
    const earlier = new DatabaseSync(join(harness.place.dataDir, 'b24task.db'));
    earlier.exec("PRAGMA secure_delete = OFF; DELETE FROM outbox; DELETE FROM records WHERE key LIKE '%T1:U1%'");
    earlier.close();
    expect(foundIn(harness, planted)).toBeGreaterThan(0);

    const ran = await runCommand(forget, settingsFor({ dataDir: harness.place.dataDir }, keyTexts.old), 'T1', 'U1');

    expect([ran.code, foundIn(harness, planted)]).toEqual([0, 0]);
  });

  it('is in none of its bytes under the old key after the keys were rotated', async () => {
    const { harness, storage, planted } = await filledHarness();
    await storage.close();
    const keys = `${keyTexts.new},${keyTexts.old}`;

    const ran = await runCommand(rotateKeys, settingsFor({ dataDir: harness.place.dataDir }, keys));

    expect([ran.code, foundIn(harness, planted)]).toEqual([0, 0]);
  });
});
