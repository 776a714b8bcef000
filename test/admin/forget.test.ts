import { describe, expect, it } from 'vitest';
import { forget } from '../../src/admin/person-deletion.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Storage } from '../../src/storage/open.ts';
import { createTaskMemory } from '../../src/storage/records/task-memory.ts';
import { acme, message } from '../contract/outbox-harness.ts';
import {
  createRotationHarness,
  identityOf,
  keyTexts,
  notesIn,
  type RotationHarness,
} from '../storage/rotation-harness.ts';
import { runCommand, settingsFor } from './run-command.ts';

const task = message().task;

/** Stores something of every kind about a person. */
async function know(storage: Storage, tenant: string, user: string): Promise<void> {
  const person = { tenant, user };
  await storage.identities.save(person, identityOf(1));
  await notesIn(storage).set(`${tenant}:${user}/draft`, 'a draft');
  const memory = createTaskMemory(storage.records);
  const place = { tenant, channel: 'C1', thread: `1.${user}` };
  await memory.remember(person, [{ task: { portal: acme, task, bitrixUserId: '7' }, place }]);
  await storage.outbox.accept(message({ person, user }));
  const ended = message({ person, user, task: 52 });
  await storage.outbox.accept(ended);
  await storage.outbox.cancel(person, ended.id);
}

async function isKnown(storage: Storage, tenant: string, user: string): Promise<readonly boolean[]> {
  const person = { tenant, user };
  const memory = createTaskMemory(storage.records);
  return [
    (await storage.identities.find(person)) !== undefined,
    (await notesIn(storage).get(`${tenant}:${user}/draft`)) !== undefined,
    (await memory.recent(person)).length > 0,
    (await memory.threadTask({ tenant, channel: 'C1', thread: `1.${user}` })) !== undefined,
    (await storage.outbox.listOpen(person)).length > 0,
    (await storage.outbox.listEnded(person, 10)).length > 0,
  ];
}

function envOf({ place }: RotationHarness) {
  const { dataDir, databaseUrl } = place;
  return settingsFor({ dataDir, ...(databaseUrl ? { databaseUrl: databaseUrl.reveal() } : {}) }, keyTexts.old);
}

const everything = Array.from({ length: 6 }, () => true);
const nothing = Array.from({ length: 6 }, () => false);

describe.each(['SQLite', 'PostgreSQL'] as const)('npm run forget on %s', (engine) => {
  it('deletes everything about one person, and nothing about anybody else', async () => {
    const harness = await createRotationHarness(engine);
    const storage = await harness.open('old');
    const others = [
      ['T1', 'U12'],
      ['T1', 'U2'],
      ['T2', 'U1'],
      ['T1', 'XU1'],
    ] as const;
    await know(storage, 'T1', 'U1');
    for (const [tenant, user] of others) {
      await know(storage, tenant, user);
    }
    expect(await isKnown(storage, 'T1', 'U1')).toEqual(everything);
    await storage.close();

    const ran = await runCommand(forget, envOf(harness), 'T1', 'U1');

    expect(ran).toMatchObject({
      code: 0,
      lines: [expect.stringMatching(/^Deleted all about U1 of T1: \d+ records and 2 messages\.$/)],
    });
    const after = await harness.open('old');
    expect(await isKnown(after, 'T1', 'U1')).toEqual(nothing);
    for (const [tenant, user] of others) {
      expect(await isKnown(after, tenant, user)).toEqual(everything);
    }
  });

  it('says that nothing is stored, and does no harm, the second time', async () => {
    const harness = await createRotationHarness(engine);
    const storage = await harness.open('old');
    await know(storage, 'T1', 'U1');
    await storage.close();
    await runCommand(forget, envOf(harness), 'T1', 'U1');
    const again = await runCommand(forget, envOf(harness), 'T1', 'U1');
    expect(again.code).toBe(0);
    expect(again.text).toContain('Nothing is stored about U1 of T1.');
  });
});

describe('npm run forget', () => {
  it('finds people of an organisation by the id of one of its workspaces', async () => {
    const harness = await createRotationHarness('SQLite');
    const storage = await harness.open('old');
    await know(storage, 'E1', 'U1');
    const bot = { token: new Secret('xoxb-planted'), userId: 'UBOT', scopes: [] };
    await storage.installations.save({
      id: 'T1',
      name: 'Acme',
      enterprise: 'E1',
      bot,
      installedAt: 1,
    });
    await storage.close();
    expect((await runCommand(forget, envOf(harness), 'T1', 'U1')).text).toContain('Deleted all about U1');
    const after = await harness.open('old');
    expect(await isKnown(after, 'E1', 'U1')).toEqual(nothing);
    expect(await after.installations.find('T1')).toBeDefined();
  });

  it.each([[], ['T1'], ['T1', 'anna'], ['acme', 'U1'], ['T1', 'U1', 'U2'], ['T1', "U1' OR 1=1"], ['T1', '%']])(
    'explains itself for %j and touches nothing',
    async (...args) => {
      const ran = await runCommand(forget, {}, ...args);
      expect(ran.code).toBe(2);
      expect(ran.text).toContain('Usage: npm run forget -- <team> <user>');
    },
  );

  it('works beside the service on PostgreSQL, and asks for it to be stopped on SQLite', async () => {
    for (const [engine, code] of [
      ['PostgreSQL', 0],
      ['SQLite', 1],
    ] as const) {
      const harness = await createRotationHarness(engine);
      const service = await harness.open('old');
      await know(service, 'T1', 'U1');
      const ran = await runCommand(forget, envOf(harness), 'T1', 'U1');
      expect(ran.code).toBe(code);
      expect(await isKnown(service, 'T1', 'U1')).toEqual(code === 0 ? nothing : everything);
    }
  });
});
