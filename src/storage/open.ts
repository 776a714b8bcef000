import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { Outbox, Pacer, PortalMemory } from '../delivery/ports.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin, Rate } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import type { Secret } from '../domain/secret.ts';
import type {
  IdentityStore,
  InstallationStore,
  LinkedPeople,
  LinkWishes,
  Lock,
  PersonalData,
  PortalMoves,
  UsedOnce,
} from '../linking/ports.ts';
import { settleCopy } from './backup.ts';
import type { Engine } from './database.ts';
import { createCipher } from './encryption/cipher.ts';
import { parseKeys, UnusableKeysError } from './encryption/keys.ts';
import { createRotation, type RotateKeys } from './key-rotation.ts';
import { personLockOn } from './locks.ts';
import { lookAhead, migrate, type SchemaOutlook } from './migrations.ts';
import { observeDatabase, type StorageObserver } from './observed-database.ts';
import type { OutboxAdministration } from './outbox/administration.ts';
import type { OutboxTiming } from './outbox/context.ts';
import { createOutbox } from './outbox/outbox.ts';
import { createReadiness } from './readiness.ts';
import { createDailyJobs, createUsedSignatures, createUsedStates, type DailyJobs } from './records/claim-once.ts';
import { createIdentityStore } from './records/identities.ts';
import { createInstallationStore } from './records/installations.ts';
import { openKeyValue } from './records/key-value.ts';
import { createLinkWishes } from './records/link-wishes.ts';
import { createPersonalData } from './records/personal-data.ts';
import { createPortalMoves } from './records/portal-moves.ts';
import { createRecordStores, type RecordStores } from './records/records.ts';
import { createReplicaRegister, type ReplicaRegister } from './records/replicas.ts';
import { createDefaultList, createTaskMemory, type ListedDefault } from './records/task-memory.ts';
import { openSqliteEngine } from './sqlite/engine.ts';

/** The settings of the storage. */
export type StorageConfig = {
  readonly databaseUrl?: Secret;
  readonly dataDir: string;
  readonly encryptionKeys?: readonly Secret[];
};

/** The dependencies of the storage. */
export type StorageDeps = {
  readonly timing: OutboxTiming;
  readonly rateOf: (portal: PortalOrigin) => Rate;
  /** Names this process in leases; no two processes that run at the same time share it. */
  readonly holder: string;
  readonly log: Log;
  /** Epoch ms; the clock of the storage on SQLite. */
  readonly clock?: () => number;
  /**
   * A clock that nobody sets: ms from an arbitrary start. By default `clock` where that is given, else the machine's.
   */
  readonly steady?: () => number;
  /** How often PostgreSQL is asked at the start, a second apart, when it is not there yet; once by default. */
  readonly startTries?: number;
  /** Resolves after so many ms: between tries to get at PostgreSQL, or at a file that another program holds. */
  readonly pause?: (ms: number) => Promise<unknown>;
  /** Is told of every piece of work. */
  readonly observe?: StorageObserver;
};

/** Every store of the service, on one database. */
export type Storage = {
  readonly identities: IdentityStore & LinkedPeople;
  readonly installations: InstallationStore;
  readonly usedStates: UsedOnce;
  readonly usedSignatures: UsedOnce;
  readonly linkWishes: LinkWishes;
  /** Stores for other kinds of records. */
  readonly records: RecordStores;
  readonly outbox: Outbox;
  readonly pacer: Pacer;
  readonly portalMemory: PortalMemory;
  readonly administration: OutboxAdministration;
  readonly portalMoves: PortalMoves;
  readonly personLock: Lock<Person>;
  readonly lock: Lock<string>;
  readonly personalData: PersonalData;
  /** The default tasks of all channels. */
  readonly channelDefaults: () => Promise<readonly ListedDefault[]>;
  readonly dailyJobs: DailyJobs;
  readonly replicas: ReplicaRegister;
  readonly rotateKeys: RotateKeys;
  /** Deletes what is past its time: texts and records of deliveries, and records that have expired. */
  sweep(): Promise<void>;
  /**
   * Leaves nothing of what was ever deleted in the files of the storage, as far as the engine can (`Database.vacuum`).
   */
  vacuum(): Promise<void>;
  /** Copies everything into a new file while the service goes on; `undefined` with PostgreSQL. */
  readonly copyTo?: (path: string) => Promise<void>;
  /** Writes a record, reads it and deletes it. Rejects when one of that fails. */
  selfTest(): Promise<void>;
  /** What the administrator must know about what was found at the start: it is found once. */
  readonly damage?: string;
  /** Whether no other process can share this storage. */
  readonly singleProcess: boolean;
  /** Calls `listener` whenever something may be due, also because of another replica; returns how to end that. */
  onWake(listener: () => void): () => void;
  /**
   * Rejects when nothing can be written to the storage. Asking often costs little: a success counts for some seconds.
   */
  ping(): Promise<void>;
  /** Ends every connection; what is being written is finished first. */
  close(): Promise<void>;
};

/**
 * What opening the storage would change in its tables; `undefined` where there is no database yet. Changes nothing.
 * Rejects as `openStorage` does.
 */
export async function lookAtSchema(config: StorageConfig, deps: StorageDeps): Promise<SchemaOutlook | undefined> {
  if (!config.databaseUrl && !existsSync(join(config.dataDir, 'b24task.db'))) {
    return undefined;
  }
  const engine = await openEngine(config, deps);
  try {
    return await lookAhead(engine.database);
  } finally {
    await engine.close();
  }
}

/**
 * Opens the storage: PostgreSQL with `databaseUrl`, else SQLite in `dataDir`. Rejects with `AlreadyRunningError` when
 * another process has this SQLite file, `UnusableFolderError` when `dataDir` cannot hold it, `UnusableKeysError` or
 * `DecryptionError` when the keys do not fit what is stored.
 */
export async function openStorage(config: StorageConfig, deps: StorageDeps): Promise<Storage> {
  const opened = await openEngine(config, deps);
  const { observe } = deps;
  const engine = observe ? { ...opened, database: observeDatabase(opened.database, observe) } : opened;
  try {
    await migrate(engine.database);
    if (engine.damage !== undefined) {
      deps.log.error({}, engine.damage);
    }
    const clock = deps.clock ?? Date.now;
    const steady = deps.steady ?? deps.clock ?? (() => performance.now());
    const cipher = createCipher(engine.keys);
    const keyValue = await openKeyValue(engine.database);
    const records = createRecordStores(keyValue, cipher, clock);
    await checkKeys(records);
    const { sweep, ...parts } = createOutbox({
      ...deps,
      ...engine,
      cipher,
      steady,
      wake: engine.wakeUps.wake,
    });
    await settleCopy(engine.database, parts.administration.hold, deps.log);
    return {
      ...parts,
      identities: createIdentityStore(records),
      installations: createInstallationStore(records),
      usedStates: createUsedStates(records),
      usedSignatures: createUsedSignatures(records),
      linkWishes: createLinkWishes(records),
      portalMoves: createPortalMoves(records),
      records,
      personLock: personLockOn(engine.lock),
      lock: engine.lock,
      personalData: createPersonalData({
        database: engine.database,
        outbox: parts.outbox,
        memory: createTaskMemory(records),
      }),
      channelDefaults: createDefaultList(records),
      dailyJobs: createDailyJobs(records),
      replicas: createReplicaRegister(records, deps.holder),
      rotateKeys: createRotation({ database: engine.database, cipher, sweep: () => keyValue.sweep() }),
      async sweep() {
        await sweep();
        await keyValue.sweep();
        await engine.database.dropDeleted();
      },
      vacuum: engine.database.vacuum,
      ...present({ copyTo: engine.database.copyTo }),
      selfTest: () => selfTest(records),
      singleProcess: engine.singleProcess,
      ...present({ damage: engine.damage }),
      onWake: engine.wakeUps.onWake,
      ping: createReadiness(engine.database.probe, steady),
      close: engine.close,
    };
  } catch (error) {
    await engine.close();
    throw engine.explained ? engine.explained(error) : error;
  }
}

async function openEngine(config: StorageConfig, deps: StorageDeps): Promise<Engine> {
  if (!config.databaseUrl) {
    return openSqliteEngine(config, deps);
  }
  if (!config.encryptionKeys) {
    throw new UnusableKeysError('ENCRYPTION_KEYS is needed with DATABASE_URL');
  }
  const { openPostgresEngine } = await import('./postgres/engine.ts');
  return openPostgresEngine(config.databaseUrl, parseKeys(config.encryptionKeys, 'ENCRYPTION_KEYS'), {
    ...deps,
    pause: deps.pause ?? setTimeout,
    startTries: deps.startTries ?? 1,
  });
}

/** Wrong keys are found at the start, and not by the first person who is "not linked". */
async function checkKeys(records: RecordStores): Promise<void> {
  const check = records({ name: 'key-check', schema: z.literal('readable') });
  if ((await check.get('keys')) === undefined) {
    await check.add('keys', 'readable');
  }
}

async function selfTest(records: RecordStores): Promise<void> {
  const tests = records({ name: 'self-test', schema: z.string(), ttlMs: 60_000 });
  const [key, text] = [randomUUID(), randomUUID()];
  await tests.set(key, text);
  if ((await tests.take(key)) !== text) {
    throw new Error('The storage does not give back what was written');
  }
}
