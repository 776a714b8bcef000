import type { DatabaseSync } from 'node:sqlite';
import { StorageUncertainError } from '../../delivery/ports.ts';
import { hasSqliteCode } from './error-code.ts';

/** Does a piece of work in a transaction; resolves once that is on the disk, rejects when nothing of it was written. */
export type GroupCommit = <Value>(work: () => Promise<Value>) => Promise<Value>;

type Job = {
  /** Does the work and keeps its value. */
  run(): Promise<void>;
  /** Hands the value over. */
  resolve(): void;
  reject(reason: unknown): void;
};

/**
 * Commits for one connection. Pieces of work run one after the other; those that come while others are committed share
 * the next commit, so that many wait for the disk together. Each is undone alone when it fails. Rejects with
 * `StorageUncertainError` when the disk failed under the commit.
 */
export function createGroupCommit(connection: DatabaseSync): GroupCommit {
  let queue: Job[] = [];
  let busy = false;

  return (work) =>
    new Promise((resolve, reject) => {
      queue.push(jobOf(work, resolve, reject));
      if (busy) {
        return;
      }
      busy = true;
      setImmediate(() => void drain());
    });

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const group = queue;
      queue = [];
      await commitTogether(connection, group);
    }
    busy = false;
  }
}

function jobOf<Value>(
  work: () => Promise<Value>,
  resolve: (value: Value) => void,
  reject: (reason: unknown) => void,
): Job {
  let handOver = () => {};
  return {
    async run() {
      const value = await work();
      handOver = () => resolve(value);
    },
    resolve: () => handOver(),
    reject,
  };
}

async function commitTogether(connection: DatabaseSync, group: readonly Job[]): Promise<void> {
  const done: Job[] = [];
  try {
    connection.exec('BEGIN IMMEDIATE');
    for (const job of group) {
      if (await runExclusively(connection, job)) {
        done.push(job);
      }
    }
    commit(connection);
  } catch (error) {
    rollBack(connection);
    for (const job of group) {
      job.reject(error);
    }
    return;
  }
  for (const job of done) {
    job.resolve();
  }
}

/** Whether the job was done. Throws when SQLite took back the whole transaction, and so the others' work as well. */
async function runExclusively(connection: DatabaseSync, job: Job): Promise<boolean> {
  connection.exec('SAVEPOINT job');
  try {
    await job.run();
    connection.exec('RELEASE job');
    return true;
  } catch (error) {
    if (!connection.isTransaction) {
      throw error;
    }
    connection.exec('ROLLBACK TO job; RELEASE job');
    job.reject(error);
    return false;
  }
}

/** One that fails is tried again after the next group, whose BEGIN fails on it. */
function rollBack(connection: DatabaseSync): void {
  if (!connection.isOpen || !connection.isTransaction) {
    return;
  }
  try {
    connection.exec('ROLLBACK');
  } catch {}
}

/** After a failed sync the commit may stand in the log all the same, and come back at the next start. */
function commit(connection: DatabaseSync): void {
  try {
    connection.exec('COMMIT');
  } catch (error) {
    if (!hasSqliteCode(error, 10)) {
      throw error;
    }
    throw new StorageUncertainError('The disk failed while a commit was written', { cause: error });
  }
}
