import type { Config } from '../config.ts';
import type { Installation } from '../domain/installation.ts';
import type { Storage } from '../storage/open.ts';
import { openStorageOf, problemWith } from './command.ts';
import { type CheckResult, fine, problem, skipped } from './finding.ts';

/** What was found of the storage, and the installations in it; nothing of them where it could not be opened. */
export type StorageDiagnosis = {
  readonly findings: readonly CheckResult[];
  readonly installations?: readonly Installation[];
};

/** Opens the storage as the service would, writes and reads in it, and reads every installation. */
export async function diagnoseStorage(config: Pick<Config, 'storage' | 'rates'>): Promise<StorageDiagnosis> {
  const about = config.storage.databaseUrl ? 'PostgreSQL' : 'SQLite';
  let storage: Storage;
  try {
    storage = await openStorageOf(config);
  } catch (error) {
    if (error instanceof Error && error.name === 'AlreadyRunningError') {
      return { findings: [skipped(about, 'the service is running on it; stop the service to have it looked at')] };
    }
    return { findings: [problem(about, problemWith(error))] };
  }
  try {
    await storage.selfTest();
    const installations = await readInstallations(storage);
    const { waiting, parked } = await storage.outbox.count();
    const message = `opens, writes and reads; messages waiting: ${waiting}, of those for a new link: ${parked}`;
    const lost = storage.damage === undefined ? [] : [problem(about, `${storage.damage}.`)];
    return { findings: [...lost, fine(about, message)], installations };
  } catch (error) {
    return { findings: [problem(about, problemWith(error))] };
  } finally {
    await storage.close();
  }
}

async function readInstallations({ installations }: Storage): Promise<readonly Installation[]> {
  const found = await Promise.all((await installations.ids()).map((id) => installations.find(id)));
  return found.filter((each) => each !== undefined);
}
