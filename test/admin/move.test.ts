import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { move } from '../../src/admin/data-move.ts';
import { type Harness, openHarness } from '../support/harness.ts';
import { createTestDatabase, inDatabase } from '../support/postgres.ts';
import { administer, askService } from './administer.ts';
import { runCommand } from './run-command.ts';

async function emptyDatabase(): Promise<string> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  return database.url;
}

function change({ dataDir }: Harness, statement: string): void {
  const file = new DatabaseSync(join(dataDir, 'b24task.db'));
  file.exec(statement);
  file.close();
}

/** As where a database was made for a language: "a" comes before "Z" there. */
async function sortByLanguage(url: string): Promise<void> {
  await inDatabase(url, 'ALTER TABLE records ALTER COLUMN key TYPE TEXT COLLATE "en-x-icu"');
}

describe('npm run move', () => {
  it('takes links, defaults, what waits and what is parked to PostgreSQL; nothing is lost or sent twice', async () => {
    const harness = await openHarness();
    const { slack, portal } = harness;
    const [anna, bob] = [slack.as('anna'), slack.as('bob')];
    await harness.link('anna', 7);
    await harness.link('bob', 9);
    await anna.command('/b24task default 52');
    await anna.command('/b24task 51 sent before');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    portal.faults.set({ kind: 'error', code: 'NO_AUTH_FOUND', status: 401, shape: 'flat', moment: 'before' });
    await bob.command('/b24task 51 parked');
    await expect.poll(async () => (await askService(harness, 'outbox', 'list')).text).toContain('parked');
    portal.faults.clear();
    await portal.down();
    for (let number = 1; number <= 30; number += 1) {
      await anna.command(`/b24task 51 waits ${number}`);
    }

    const url = await emptyDatabase();
    const running = await administer(harness, 'move', '--to', url, '--yes');
    expect(running).toMatchObject({ code: 1, text: expect.stringContaining('nothing was moved') });
    await harness.service.stop();
    expect(await administer(harness, 'move', '--to', url)).toMatchObject({ code: 1 });
    const moved = await administer(harness, 'move', '--to', url, '--yes');
    expect(moved).toMatchObject({
      code: 0,
      text: expect.stringMatching(/Moved: \d+ records, 32 messages, 1 portals\./),
    });
    expect(moved.text).not.toContain(url);
    expect(existsSync(join(harness.dataDir, 'b24task.db'))).toBe(false);
    const kept = readdirSync(harness.dataDir).filter((name) => /^b24task\.moved-\d+\.db$/.test(name));
    expect(kept).toHaveLength(1);
    const file = new DatabaseSync(join(harness.dataDir, kept[0] ?? ''), { readOnly: true });
    expect(file.prepare('SELECT taken_at FROM b24task_copy').all()).toHaveLength(1);
    file.close();

    await portal.up();
    const key = readFileSync(join(harness.dataDir, 'encryption.key'), 'utf8').trim();
    await harness.restart({ DATABASE_URL: url, ENCRYPTION_KEYS: key });
    await expect.poll(() => portal.counts.messages, { timeout: 30_000 }).toBe(31);
    const bobs = `T0ACME0000:${bob.id}`;
    expect(await administer(harness, 'outbox', 'release', bobs, '--yes')).toMatchObject({ text: 'Released: 1.\n' });
    await expect.poll(() => portal.counts.messages, { timeout: 30_000 }).toBe(32);
    await anna.command('/b24task to the default');
    await expect.poll(() => portal.chat(52).map(({ text }) => text)).toEqual(['to the default']);
    const texts = portal.chat(51).map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('waits'))).toEqual(
      Array.from({ length: 30 }, (_, index) => `waits ${index + 1}`),
    );
    expect(new Set(texts).size).toBe(32);
  });

  it('takes the mark of a copy along: what waited in a backup that was put back is asked about, not sent', async () => {
    const harness = await openHarness();
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await portal.down();
    await anna.command('/b24task 51 sent since the copy');
    const copy = join(harness.dataDir, 'copy.db');
    expect(await administer(harness, 'backup', copy)).toMatchObject({ code: 0 });
    await portal.up();
    await expect.poll(() => portal.counts.messages, { timeout: 30_000 }).toBe(1);
    await harness.service.stop();
    for (const end of ['', '-wal', '-shm']) {
      rmSync(join(harness.dataDir, `b24task.db${end}`), { force: true });
    }
    copyFileSync(copy, join(harness.dataDir, 'b24task.db'));

    const url = await emptyDatabase();
    expect(await administer(harness, 'move', '--to', url, '--yes')).toMatchObject({ code: 0 });
    const key = readFileSync(join(harness.dataDir, 'encryption.key'), 'utf8').trim();
    await harness.restart({ DATABASE_URL: url, ENCRYPTION_KEYS: key });
    await anna.waitFor(({ text }) => text.includes('restored from a backup'));
    expect(portal.counts.messages).toBe(1);
  });

  it('says that all has moved when only the file is left, and the same command ends that, however texts sort there', async () => {
    const harness = await openHarness();
    await harness.link('anna', 7);
    await harness.service.stop();
    // The first by its bytes, and the last by its letters.
    change(harness, "INSERT INTO records (key, value) VALUES ('ZZ', 'planted')");
    change(harness, "CREATE TRIGGER broken BEFORE INSERT ON b24task_copy BEGIN SELECT RAISE(ABORT, 'planted'); END");
    const url = await emptyDatabase();

    expect(await administer(harness, 'move', '--to', url, '--yes')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/^Everything was moved, but .*Run this once more.*planted\n$/),
    });
    change(harness, 'DROP TRIGGER broken');
    await sortByLanguage(url);
    expect(await administer(harness, 'move', '--to', url, '--yes')).toMatchObject({ code: 0 });
    expect(existsSync(join(harness.dataDir, 'b24task.db'))).toBe(false);
  });

  it('leaves a database alone that has other data', async () => {
    const [one, other] = [await openHarness(), await openHarness('PostgreSQL')];
    await one.link('anna', 7);
    await other.link('bob', 9);
    await one.service.stop();
    const refused = await administer(one, 'move', '--to', other.databaseUrl ?? '', '--yes');
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('is not empty') });
    expect(existsSync(join(one.dataDir, 'b24task.db'))).toBe(true);
    await one.restart();
  });

  it.each([[[]], [['--to', 'mysql://somewhere']], [['--from', 'x']]])('explains itself for %j', async (args) => {
    expect(await runCommand(move, {}, ...args)).toMatchObject({
      code: 2,
      text: expect.stringContaining('Usage: npm run move'),
    });
  });
});
