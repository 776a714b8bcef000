import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../src/storage/migrations.ts';
import { openSqlite } from '../../src/storage/sqlite/database.ts';

it('a copy is made in the middle of whatever is being written, as often as one likes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'b24task-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = openSqlite(join(folder, 'b24task.db'));
  await migrate(database);
  let isDone = false;
  const writing = (async () => {
    for (let key = 0; !isDone; key += 1) {
      await database.transaction(async (transaction) => {
        const values = [`planted ${key}`, 'x'.repeat(10_000)];
        await transaction.query('INSERT INTO records (key, value) VALUES ($1, $2)', values);
        await nextTurn();
      });
    }
  })();
  for (let copies = 0; copies < 20; copies += 1) {
    await expect(database.copyTo?.(join(folder, `copy-${copies}.db`))).resolves.toBeUndefined();
  }
  isDone = true;
  await writing;
  await database.close();
});
