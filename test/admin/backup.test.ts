import { copyFileSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup } from '../../src/admin/database-copy.ts';
import { type Harness, openHarness } from '../support/harness.ts';
import { administer, askService } from './administer.ts';
import { runCommand } from './run-command.ts';

/** Puts the copy in the place of the database, as somebody does whose disk has died. */
async function restore(harness: Harness, copy: string): Promise<void> {
  await harness.service.stop();
  const file = join(harness.dataDir, 'b24task.db');
  for (const end of ['', '-wal', '-shm']) {
    rmSync(`${file}${end}`, { force: true });
  }
  copyFileSync(copy, file);
  await harness.restart();
}

describe('npm run backup', () => {
  it('copies while the service runs; what waited in the copy is asked about, and never sent by itself', async () => {
    const harness = await openHarness();
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    await harness.chooseLanguage('bob', 'ru');
    await harness.link('bob', 9);
    const anna = slack.as('anna');
    await anna.command('/b24task 51 before');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    await portal.down();
    await anna.command('/b24task 51 while the copy is made');
    await slack.as('bob').command('/b24task 52 this one as well');

    const copy = join(harness.dataDir, 'copy.db');
    // What a backup that was killed leaves behind.
    for (const left of [`${copy}.part`, `${copy}.part-journal`]) {
      writeFileSync(left, 'half a page');
    }
    const made = await administer(harness, 'backup', copy);
    expect(made).toMatchObject({ code: 0, text: expect.stringContaining('The key is not in it') });
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(existsSync(`${copy}.part`) || existsSync(`${copy}.part-journal`)).toBe(false);
    expect(await askService(harness, 'backup', copy)).toMatchObject({ code: 1 });

    await portal.up();
    await expect.poll(() => portal.counts.messages).toBe(3);
    const before = anna.seen().at(-1);
    await restore(harness, copy);

    const asked = await anna.waitFor(
      ({ text }) => text.includes('restored from a backup'),
      before ? { after: before } : {},
    );
    expect(asked.text).toContain('It is not certain');
    await slack.waitFor('bob', ({ text }) => text.includes('резервной копии'));
    expect(portal.counts.messages).toBe(3);
    await anna.command('/b24task 51 after');
    await expect.poll(() => portal.chat(51).map(({ text }) => text)).toContain('after');
    expect(portal.counts.messages).toBe(4);
    expect(harness.log.join('')).toContain('this is a backup that was put back');

    // It is the database now, and no copy any more.
    await portal.down();
    await anna.command('/b24task 51 waits for the next start');
    await harness.restart();
    await portal.up();
    await expect.poll(() => portal.counts.messages).toBe(5);
  });

  it.each([[[]], [['relative.db']], [['/tmp/one', '/tmp/two']]])('explains itself for %j', async (args) => {
    expect(await runCommand(backup, {}, ...args)).toMatchObject({
      code: 2,
      text: expect.stringContaining('Usage: npm run backup'),
    });
  });

  it('leaves PostgreSQL to pg_dump, and everything open can be held after a restore', async () => {
    const harness = await openHarness('PostgreSQL');
    await harness.link('anna', 7);
    const copy = join(harness.dataDir, 'copy.db');
    expect(await administer(harness, 'backup', copy)).toMatchObject({
      code: 1,
      text: expect.stringContaining('pg_dump'),
    });
    expect(existsSync(copy)).toBe(false);
    await harness.portal.down();
    await harness.slack.as('anna').command('/b24task 51 waits');
    await harness.service.stop();
    expect(await administer(harness, 'outbox', 'hold')).toMatchObject({ code: 1 });
    expect(await administer(harness, 'outbox', 'hold', '--yes')).toMatchObject({
      code: 0,
      text: 'Ended as unknown: 1.\n',
    });
    await harness.portal.up();
    await harness.restart();
    await harness.slack.waitFor('anna', ({ text }) => text.includes('restored from a backup'));
    expect(harness.portal.counts.messages).toBe(0);
  });
});

it('a lost key is said, and no new one is written beside data of the old one', async () => {
  const harness = await openHarness();
  await harness.link('anna', 7);
  await harness.service.stop();
  const key = join(harness.dataDir, 'encryption.key');
  rmSync(key);
  await expect(harness.restart()).rejects.toThrow(/encryption\.key is missing, and the data beside it was encrypted/);
  expect(existsSync(key)).toBe(false);
});
