import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { StorageUncertainError } from '../../delivery/ports.ts';
import { StorageUnavailableError } from '../database.ts';
import { hasSqliteCode } from './error-code.ts';
import type { FileWatch } from './file-watch.ts';

/** Does a piece of work in a transaction; resolves once that is on the disk, rejects when nothing of it was written. */
export type GroupCommit = <Value>(work: () => Promise<Value>) => Promise<Value>;

type Job = {
  /** Does the work and keeps its value. */
  run(): Promise<void>;
  /** Hands the value over. */
  resolve(): void;
  reject(reason: unknown): void;
};

/** What a commit is begun and ended with. */
export type CommitDeps = {
  readonly watch?: Pick<FileWatch, 'requirePresent' | 'noteLog' | 'noteFailure'>;
  /** Resolves after so many ms. */
  readonly pause?: (ms: number) => Promise<unknown>;
};

/**
 * How often, and how far apart, a commit that another program is in the way of is begun again: long enough for a backup
 * to come by, and short enough that Slack can still be answered.
 */
const beginning = { tries: 40, pauseMs: 25 } as const;

/**
 * Commits for one connection. Pieces of work run one after the other; those that come while others are committed share
 * the next commit, so that many wait for the disk together. Each is undone alone when it fails. Rejects with
 * `StorageUncertainError` when the disk failed under the commit, or when the file was found gone behind it, and with
 * `StorageUnavailableError` when the file is gone or another program holds it. Nobody else waits for that: the
 * connection must not wait for locks by itself.
 */
export function createGroupCommit(connection: DatabaseSync, deps: CommitDeps = {}): GroupCommit {
  const { watch, pause = setTimeout } = deps;
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
      const failure = await begin();
      const group = queue;
      queue = [];
      if (failure === undefined) {
        await commitTogether(connection, group, watch);
      } else {
        rejectAll(group, failure);
      }
    }
    busy = false;
  }

  /** What hinders it. Whoever comes meanwhile belongs to the same group. */
  async function begin(): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      try {
        watch?.requirePresent();
        connection.exec('BEGIN IMMEDIATE');
        return undefined;
      } catch (error) {
        watch?.noteFailure(error);
        rollBack(connection);
        if (!hasSqliteCode(error, 5)) {
          return error;
        }
        if (tries === beginning.tries) {
          return new StorageUnavailableError('Another program holds the SQLite file', { cause: error });
        }
      }
      await pause(beginning.pauseMs);
    }
  }
}

function rejectAll(group: readonly Job[], reason: unknown): void {
  for (const job of group) {
    job.reject(reason);
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

async function commitTogether(
  connection: DatabaseSync,
  group: readonly Job[],
  watch: CommitDeps['watch'],
): Promise<void> {
  const done: Job[] = [];
  try {
    for (const job of group) {
      if (await runExclusively(connection, job)) {
        done.push(job);
      }
    }
    commit(connection);
    requireKept(watch);
  } catch (error) {
    watch?.noteFailure(error instanceof StorageUncertainError ? error.cause : error);
    rollBack(connection);
    rejectAll(group, error);
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

/** One that fails is tried again before the next group begins. */
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

/** A file that went away while it was written holds what nobody will find. */
function requireKept(watch: CommitDeps['watch']): void {
  try {
    watch?.noteLog();
    watch?.requirePresent();
  } catch (error) {
    throw new StorageUncertainError('The SQLite file was deleted while a commit was written', { cause: error });
  }
}
