import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { portalOriginOf } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Storage, StorageConfig } from '../../src/storage/open.ts';
import { message, requestIn } from '../contract/outbox-harness.ts';
import type { Engine } from '../support/harness.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { testKey } from '../support/test-key.ts';
import { openTestStorage } from './open-test-storage.ts';

/** Base64 keys for a test, by letter. */
export const keyTexts = {
  old: testKey(1).toString('base64'),
  new: testKey(2).toString('base64'),
  lost: testKey(3).toString('base64'),
} as const;

type KeyName = keyof typeof keyTexts;

/** A storage that can be opened with one set of keys after another. */
export type RotationHarness = {
  readonly place: Pick<StorageConfig, 'dataDir' | 'databaseUrl'>;
  /** Opens the storage with these keys, the first of which encrypts. The caller closes it. */
  open(...keys: readonly KeyName[]): Promise<Storage>;
};

/** A storage of its own for one test. */
export async function createRotationHarness(engine: Engine): Promise<RotationHarness> {
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-rotation-'));
  const database = engine === 'PostgreSQL' ? await createTestDatabase() : undefined;
  const opened: Storage[] = [];
  onTestFinished(async () => {
    for (const storage of opened) {
      await storage.close();
    }
    await database?.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const place = { dataDir, ...(database ? { databaseUrl: new Secret(database.url) } : {}) };
  return {
    place,
    async open(...keys) {
      const encryptionKeys = keys.map((key) => new Secret(keyTexts[key]));
      const storage = await openTestStorage({ ...place, encryptionKeys });
      let closing: Promise<void> | undefined;
      const closedOnce = {
        ...storage,
        close() {
          closing ??= storage.close();
          return closing;
        },
      };
      opened.push(closedOnce);
      return closedOnce;
    },
  };
}

/** Stores identities of `people` persons, a note for each, and a waiting message of each. */
export async function fill(storage: Storage, people: number): Promise<void> {
  const notes = notesIn(storage);
  await forEachTo(people, async (number) => {
    const person = { tenant: 'T1', user: `U${number}` };
    await Promise.all([
      storage.identities.save(person, identityOf(number)),
      notes.set(`T1:U${number}`, `note ${number}`),
      storage.outbox.accept(message({ person, user: person.user, text: `text ${number}` })),
    ]);
  });
}

/** Reads all of that; throws where something is missing, wrong or not readable. */
export async function expectFilled(storage: Storage, people: number): Promise<void> {
  const notes = notesIn(storage);
  await forEachTo(people, async (number) => {
    const person = { tenant: 'T1', user: `U${number}` };
    const [identity, note, [open]] = await Promise.all([
      storage.identities.find(person),
      notes.get(`T1:U${number}`),
      storage.outbox.listOpen(person),
    ]);
    if (identity?.id !== `identity-${number}` || note !== `note ${number}` || !open) {
      throw new Error(`Something of U${number} is not there`);
    }
  });
}

/** Works on the numbers from 1 to `last`, some at a time: nobody waits in a queue that a slow machine makes too long. */
async function forEachTo(last: number, work: (number: number) => Promise<void>): Promise<void> {
  const numbers = Array.from({ length: last }, (_, index) => index + 1);
  const chunks = Map.groupBy(numbers, (number) => Math.floor(number / 10));
  for (const chunk of chunks.values()) {
    await Promise.all(chunk.map(work));
  }
}

/** Claims everything that waits, which opens every text of it; gives the texts. */
export async function claimTexts(storage: Storage): Promise<readonly string[]> {
  const { claims } = await storage.outbox.claim(100);
  return claims.map(
    (claim) => z.object({ fields: z.object({ text: z.string() }) }).parse(JSON.parse(requestIn(claim))).fields.text,
  );
}

/** A kind of record of its own, that lives for a day. */
export function notesIn(storage: Storage) {
  return storage.records({ name: 'note', schema: z.string(), ttlMs: 86_400_000 });
}

/** An identity that can be told from others by its number. */
export function identityOf(number: number) {
  const portal = portalOriginOf('https://acme.bitrix24.com');
  if (!portal) {
    throw new Error('no origin');
  }
  return {
    id: `identity-${number}`,
    account: { portal, userId: String(number), name: `Person ${number}` },
    linkedAt: 1,
    credential: {
      kind: 'webhook' as const,
      portal,
      webhookUserId: String(number),
      secret: new Secret(`planted-secret-${number}`),
    },
  };
}
