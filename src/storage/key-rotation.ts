import type { Database } from './database.ts';
import { type EncryptedColumn, type EncryptedColumns, outboxColumns, recordColumns } from './encrypted-columns.ts';
import { type Cipher, DecryptionError } from './encryption/cipher.ts';

/** The result of a key rotation. */
export type RotationReport = {
  /** The first key's public name. */
  readonly keyId: string;
  /** How many records and deliveries were encrypted again with the first key. */
  readonly rewritten: number;
  /** Names of texts that none of the keys decrypts. */
  readonly unreadable: readonly string[];
  /** Texts that are still under another key, because a replica goes on writing with it. */
  readonly left: number;
};

/** Brings everything stored under the first key. `progress` is told how many were rewritten so far, batch by batch. */
export type RotateKeys = (progress: (rewritten: number) => void) => Promise<RotationReport>;

/** The dependencies of key rotation. */
export type RotationDeps = {
  readonly database: Database;
  readonly cipher: Cipher;
  /** Deletes what has expired: a text that nobody may read any more need not be readable. */
  readonly sweep: () => Promise<void>;
};

/**
 * Rows that replicas hold at the moment are left out and come up again; more rounds mean that a replica has old keys.
 */
const maxRounds = 10;

/**
 * Creates the rotation. Each batch is one commit, so it can be killed and started again at any point. It takes only
 * rows that nobody is changing and holds them while it rewrites them: no write of a replica is lost or waits for long.
 */
export function createRotation({ database, cipher, sweep }: RotationDeps): RotateKeys {
  const sources = [recordColumns, outboxColumns];

  return async (progress) => {
    const unreadable = new Set<string>();
    let rewritten = 0;
    let left = 0;
    await sweep();
    for (let round = 0; round < maxRounds; round += 1) {
      for (const source of sources) {
        await walk(source, 'held', async (found, write) => {
          rewritten += await rewrite(found, write, unreadable);
          progress(rewritten);
        });
      }
      left = await countLeft(unreadable);
      if (left === 0) {
        break;
      }
    }
    return { keyId: cipher.keyId, rewritten, unreadable: [...unreadable], left };
  };

  async function rewrite(
    found: readonly EncryptedColumn[],
    write: (column: EncryptedColumn, envelope: string) => Promise<void>,
    unreadable: Set<string>,
  ): Promise<number> {
    let rewritten = 0;
    for (const column of found) {
      const envelope = renewed(cipher, column, unreadable);
      if (envelope === column.envelope) {
        continue;
      }
      await write(column, envelope);
      rewritten += 1;
    }
    return rewritten;
  }

  async function countLeft(unreadable: ReadonlySet<string>): Promise<number> {
    let left = 0;
    for (const source of sources) {
      await walk(source, 'all', async (found) => {
        const old = found.filter(({ binding, envelope }) => !cipher.isCurrent(binding, envelope));
        left += old.filter(({ binding }) => !unreadable.has(binding.v1)).length;
      });
    }
    return left;
  }

  /** Visits all texts of a source, one batch and one transaction after the other. */
  async function walk(
    source: EncryptedColumns,
    rows: 'held' | 'all',
    visit: (
      found: readonly EncryptedColumn[],
      write: (column: EncryptedColumn, envelope: string) => Promise<void>,
    ) => Promise<void>,
  ): Promise<void> {
    let after = source.start;
    for (;;) {
      const last = await database.transaction(async (transaction) => {
        const suffix = rows === 'held' ? database.dialect.skipLocked : '';
        const found = await source.read(transaction, {
          after,
          currentStart: cipher.currentStart(source.version),
          suffix,
        });
        await visit(found, (encrypted, envelope) => source.write(transaction, encrypted, envelope));
        return found.at(-1)?.place;
      });
      if (last === undefined) {
        return;
      }
      after = last;
    }
  }
}

/** An envelope that cannot be opened stays as it is: its key may be found again. */
function renewed(cipher: Cipher, { binding, envelope }: EncryptedColumn, unreadable: Set<string>): string {
  if (cipher.isCurrent(binding, envelope)) {
    return envelope;
  }
  try {
    return cipher.encrypt(binding, cipher.decrypt(binding, envelope));
  } catch (error) {
    if (!(error instanceof DecryptionError)) {
      throw error;
    }
    unreadable.add(binding.v1);
    return envelope;
  }
}
