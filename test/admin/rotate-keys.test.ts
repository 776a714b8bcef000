import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { rotateKeys } from '../../src/admin/key-rotation.ts';
import {
  createRotationHarness,
  expectFilled,
  fill,
  keyTexts,
  notesIn,
  type RotationHarness,
} from '../storage/rotation-harness.ts';
import { compiled } from '../support/compiled.ts';
import type { Engine } from '../support/harness.ts';
import { runCommand, settingsFor } from './run-command.ts';

const engines: readonly Engine[] = ['SQLite', 'PostgreSQL'];

function envOf({ place }: RotationHarness, ...keys: (keyof typeof keyTexts)[]) {
  const { dataDir, databaseUrl } = place;
  const given = { dataDir, ...(databaseUrl ? { databaseUrl: databaseUrl.reveal() } : {}) };
  return settingsFor(given, ...keys.map((key) => keyTexts[key]));
}

const dieAtProgress = new URL('./die-at-progress.ts', import.meta.url).href;

/** Runs the command in a process of its own that is killed without warning as soon as it tells of progress. */
async function killHalfWay(env: Readonly<Record<string, string>>): Promise<void> {
  const command = ['--import', dieAtProgress, 'src/admin/rotate-keys.ts'];
  const child = spawn(process.execPath, command, {
    env: { ...compiled, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

describe.each(engines)('npm run rotate-keys on %s', (engine) => {
  it('killed half-way and repeated loses nothing, and leaves nothing to the old key', async () => {
    const harness = await createRotationHarness(engine);
    const before = await harness.open('old');
    await fill(before, 700);
    await before.close();

    await killHalfWay(envOf(harness, 'new', 'old'));
    const mixed = await harness.open('new', 'old');
    await expectFilled(mixed, 700);
    await mixed.close();
    const second = await runCommand(rotateKeys, envOf(harness, 'new', 'old'));

    expect(second).toMatchObject({ code: 0 });
    expect(second.text).toContain('Nothing needs the other keys any more.');
    const rest = Number(/Re-encrypted: (\d+)/.exec(second.text)?.[1]);
    expect(rest).toBeGreaterThan(0);
    // Beside the 700 people with three texts each there is the record by which wrong keys are found.
    expect(rest).toBeLessThanOrEqual(700 * 3 + 1 - 400);
    await expectFilled(await harness.open('new'), 700);
    await expect(harness.open('old')).rejects.toThrow();
  });

  it('names what it cannot read, without its content, and fails', async () => {
    const harness = await createRotationHarness(engine);
    for (const keys of [
      ['old', 'lost'],
      ['lost', 'old'],
    ] as const) {
      const storage = await harness.open(...keys);
      if (keys[0] === 'lost') {
        await notesIn(storage).set('T1:U7', 'planted note');
      }
      await storage.close();
    }
    const ran = await runCommand(rotateKeys, envOf(harness, 'new', 'old'));
    expect(ran.code).toBe(1);
    expect(ran.text).toContain('Not readable with any key: 1.');
    expect(ran.text).toContain('note/T1:U7');
    expect(ran.text).toContain('Keep all keys');
    expect(ran.text).not.toContain('planted');
    for (const key of Object.values(keyTexts)) {
      expect(ran.text).not.toContain(key);
    }
  });

  it('says which key is missing when the first is new and the old one was dropped too early', async () => {
    const harness = await createRotationHarness(engine);
    await (await harness.open('old')).close();
    const ran = await runCommand(rotateKeys, envOf(harness, 'new'));
    expect(ran.code).toBe(1);
    expect(ran.text).toMatch(/key [0-9a-f]{8}\) cannot be decrypted.*ENCRYPTION_KEYS again/);
  });
});

describe('npm run rotate-keys', () => {
  it('asks for the service to be stopped on SQLite', async () => {
    const harness = await createRotationHarness('SQLite');
    await harness.open('old');
    const ran = await runCommand(rotateKeys, envOf(harness, 'old'));
    expect(ran.code).toBe(1);
    expect(ran.text).toContain('it has to be stopped for this');
  });

  it('works beside the service on PostgreSQL', async () => {
    const harness = await createRotationHarness('PostgreSQL');
    const service = await harness.open('new', 'old');
    await fill(service, 5);
    expect(await runCommand(rotateKeys, envOf(harness, 'new', 'old'))).toMatchObject({ code: 0 });
    await expectFilled(service, 5);
  });

  it('names every setting that is missing', async () => {
    const ran = await runCommand(rotateKeys, {});
    expect(ran.code).toBe(1);
    expect(ran.text).toContain('SLACK_SIGNING_SECRET');
    expect(ran.text).toContain('SLACK_BOT_TOKEN');
  });
});
