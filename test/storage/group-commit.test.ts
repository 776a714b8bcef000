import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageUncertainError } from '../../src/delivery/ports.ts';
import { openSqlite } from '../../src/storage/sqlite/database.ts';
import { createGroupCommit, type GroupCommit } from '../../src/storage/sqlite/group-commit.ts';

/** A connection that counts how often it waits for the disk, and whose next commit can fail there. */
class CountingConnection extends DatabaseSync {
  commits = 0;
  failure: Error | undefined;

  override exec(sql: string): void {
    if (sql === 'COMMIT' && this.failure) {
      const failure = this.failure;
      this.failure = undefined;
      throw failure;
    }
    super.exec(sql);
    if (sql === 'COMMIT') {
      this.commits += 1;
    }
  }
}

describe('commits of one connection', () => {
  let folder: string;
  let connection: CountingConnection;
  let commit: GroupCommit;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'b24task-commit-'));
    connection = new CountingConnection(join(folder, 'test.db'));
    connection.exec('PRAGMA journal_mode = WAL; CREATE TABLE words (word TEXT UNIQUE)');
    commit = createGroupCommit(connection);
  });

  afterEach(() => {
    connection.close();
    rmSync(folder, { recursive: true });
  });

  it('are shared by everything that comes while one is under way', async () => {
    const words = Array.from({ length: 50 }, (_, index) => `word ${index}`);
    await Promise.all(words.map((word) => commit(async () => insert(word))));
    expect(stored()).toHaveLength(50);
    expect(connection.commits).toBe(1);
  });

  it('undo alone what fails alone, and keep the order of the others', async () => {
    const works = ['first', 'first', 'second'].map((word) =>
      commit(async () => {
        insert(`${word} begun`);
        insert(word);
        return word;
      }),
    );
    expect(await Promise.allSettled(works)).toMatchObject([
      { status: 'fulfilled', value: 'first' },
      { status: 'rejected' },
      { status: 'fulfilled', value: 'second' },
    ]);
    expect(stored()).toEqual(['first begun', 'first', 'second begun', 'second']);
    await commit(async () => insert('later'));
    expect(stored()).toContain('later');
  });

  it('tell everybody when the database takes the whole transaction back', async () => {
    const works = [
      commit(async () => insert('taken back')),
      commit(async () => {
        insert('twice');
        connection.exec("INSERT OR ROLLBACK INTO words VALUES ('twice')");
      }),
      commit(async () => insert('never begun')),
    ];
    expect((await Promise.allSettled(works)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(stored()).toEqual([]);
    await commit(async () => insert('afterwards'));
    expect(stored()).toEqual(['afterwards']);
  });

  it('are in doubt where the disk failed under them, and everybody is told so', async () => {
    connection.failure = Object.assign(new Error('disk I/O error'), { errcode: 10 | (4 << 8) });
    const results = await Promise.allSettled([commit(async () => insert('one')), commit(async () => insert('two'))]);
    expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual([
      expect.any(StorageUncertainError),
      expect.any(StorageUncertainError),
    ]);
    await commit(async () => insert('afterwards'));
    expect(stored()).toEqual(['afterwards']);
  });

  it('have written nothing, for certain, where another connection is in the way', async () => {
    connection.exec('PRAGMA journal_mode = DELETE; PRAGMA busy_timeout = 0');
    const reader = new DatabaseSync(join(folder, 'test.db'));
    reader.exec('BEGIN; SELECT * FROM words');
    const failure = await commit(async () => insert('in vain')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ errcode: 5 });
    expect(failure).not.toBeInstanceOf(StorageUncertainError);
    reader.close();
    await commit(async () => insert('afterwards'));
    expect(stored()).toEqual(['afterwards']);
  });

  function insert(word: string): void {
    connection.prepare('INSERT INTO words VALUES (?)').run(word);
  }

  function stored(): unknown[] {
    return connection
      .prepare('SELECT word FROM words ORDER BY rowid')
      .all()
      .map(({ word }) => word);
  }
});

describe('reads on SQLite', () => {
  it('see nothing that is half done', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'b24task-reads-'));
    const database = openSqlite(join(folder, 'test.db'));
    await database.query('CREATE TABLE words (word TEXT)');
    const count = async () => (await database.query('SELECT count(*) AS words FROM words'))[0]?.['words'];
    const begun = Promise.withResolvers<void>();
    const seenMeanwhile = begun.promise.then(count);

    const refused = database.transaction(async ({ query }) => {
      await query("INSERT INTO words VALUES ('half done')");
      begun.resolve();
      await Promise.resolve();
      throw new Error('changed my mind');
    });

    await expect(refused).rejects.toThrow('changed my mind');
    expect(await seenMeanwhile).toBe(0);
    await database.close();
    rmSync(folder, { recursive: true });
  });
});
