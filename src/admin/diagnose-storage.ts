import type { Config } from '../config.ts';
import { seesChats } from '../domain/identity.ts';
import type { Installation } from '../domain/installation.ts';
import type { SchemaOutlook } from '../storage/migrations.ts';
import type { Storage } from '../storage/open.ts';
import { lookAtSchemaOf, openStorageOf, problemWith, warningsInto } from './command.ts';
import { type CheckResult, fine, problem, skipped, warning } from './finding.ts';

/** The diagnostics of the storage, and the installations in it; `undefined` where it could not be opened. */
export type StorageDiagnosis = {
  readonly findings: readonly CheckResult[];
  readonly installations?: readonly Installation[];
};

/** Opens the storage as the service would, writes and reads in it, and reads every installation. */
export async function diagnoseStorage(config: Pick<Config, 'storage' | 'rates'>): Promise<StorageDiagnosis> {
  const about = config.storage.databaseUrl ? 'PostgreSQL' : 'SQLite';
  const mended: CheckResult[] = [];
  const log = warningsInto((message) => mended.push(warning('DATA_DIR', message)));
  let storage: Storage;
  try {
    const outlook = await lookAtSchemaOf(config, log);
    if (outlook && outlook.adds.length > 0) {
      return { findings: [...mended, upgradeOf(about, outlook)] };
    }
    storage = await openStorageOf(config, log);
  } catch (error) {
    if (error instanceof Error && error.name === 'AlreadyRunningError') {
      return { findings: [skipped(about, 'the service is running on it; stop the service to have it looked at')] };
    }
    return { findings: [...mended, problem(about, problemWith(error))] };
  }
  try {
    await storage.selfTest();
    const installations = await readInstallations(storage);
    const { waiting, parked } = await storage.outbox.count();
    const message = `opens, writes and reads; messages waiting: ${waiting}, of those for a new link: ${parked}`;
    const lost = storage.damage === undefined ? [] : [problem(about, `${storage.damage}.`)];
    const people = await describePeople(storage);
    return { findings: [...mended, ...lost, fine(about, message), ...people], installations };
  } catch (error) {
    return { findings: [...mended, problem(about, problemWith(error))] };
  } finally {
    await storage.close();
  }
}

/** Doctor changes nothing: with the start of this release the tables change. */
function upgradeOf(about: string, { reached, known, adds }: SchemaOutlook): CheckResult {
  return warning(
    about,
    `is of an earlier release (schema ${reached} of ${known}). The start of this one adds ${adds.join(', ')}; nothing is taken away, and replicas of the release before go on beside it. Make a backup first. Looked at no further`,
  );
}

/** A line about connections that lack permissions; no line when none is known to. */
async function describePeople({ identities }: Storage): Promise<readonly CheckResult[]> {
  const people = await identities.list();
  let without = 0;
  for (const person of people) {
    const identity = await identities.find(person);
    without += identity && seesChats(identity) === false ? 1 : 0;
  }
  const message = `${without} of ${people.length} lack the permission im: with it files go along, and lost answers are settled by looking into the chat of the task. Add it to the application, or have people add it to their webhooks and run /b24task doctor`;
  return without === 0 ? [] : [fine('connections', message)];
}

async function readInstallations({ installations }: Storage): Promise<readonly Installation[]> {
  const found = await Promise.all((await installations.ids()).map((id) => installations.find(id)));
  return found.filter((each) => each !== undefined);
}
