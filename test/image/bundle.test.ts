import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { type Harness, onPostgres, openHarness, type overSocket } from '../support/harness.ts';

const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), 'b24task-image-'));
const app = join(root, 'app');
const cache = join(root, 'compile-cache');

/** What the image gives to Node. */
const flags = [...readFileSync('Dockerfile', 'utf8').matchAll(/^CMD .*$/gm)].join().match(/--[^"]+/g) ?? [];

/** Runs a program of the bundle to its end. It finds nothing of the clone where it runs. */
async function runInApp(env: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const options = { cwd: app, env: { NODE_COMPILE_CACHE: cache, ...env } };
  return run(process.execPath, words, options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/** A sandbox whose service is the bundle, started as the image starts it. */
async function openBundle(setup: Pick<typeof overSocket, 'mode' | 'engine'>) {
  const lines: string[] = [];
  const harness = await openHarness(setup.engine, {
    mode: setup.mode,
    settings: { LOG_LEVEL: 'info', NODE_COMPILE_CACHE: cache },
    apart: (line) => void lines.push(line),
    program: [...flags, join(app, 'main.js')],
  });
  return { harness, lines };
}

/** Runs a command as the image does, with the settings of this service. */
async function b24task({ environment, serviceUrl }: Harness, ...words: readonly string[]) {
  return runInApp({ ...environment, PORT: new URL(serviceUrl).port }, 'b24task.js', ...words);
}

beforeAll(async () => {
  // A module that is not found would only be a warning.
  expect(await run('npm', ['run', '--silent', 'bundle', '--', app])).toEqual({ stdout: '', stderr: '' });
  expect(await runInApp({}, ...flags, 'precompile.js')).toEqual({ code: 0, stdout: '', stderr: '' });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the bundle of the image', () => {
  // The first one, for every run adds what it had to compile.
  it('starts from what was compiled while the image was built', async () => {
    const { code, stderr } = await runInApp({ PORT: 'none', NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }, ...flags, 'main.js');
    expect(code).toBe(1);
    // Node's own words.
    const compiled = [...stderr.matchAll(/V8 code cache for ESM \S+\/([\w-]+)\.js was (\w+)/g)];
    const missing = compiled.filter(([, , verdict]) => verdict !== 'accepted').map(([, name]) => name);
    // To load that one is to start.
    expect(missing).toEqual(['main']);
    expect(compiled.map(([, name]) => name)).toContain('service');
  });

  it('carries a message, answers the commands of administrators, and drains', async () => {
    const { harness, lines } = await openBundle({ mode: 'http', engine: 'SQLite' });
    await harness.link('anna', 7);
    const anna = harness.slack.as('anna');
    expect(await anna.command('/b24task 51 привет :wave:')).toMatchObject({ status: 200, body: '' });
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    expect(harness.portal.chat(51)).toMatchObject([{ author: { id: 7 }, text: 'привет 👋' }]);

    const done = { code: 0, stderr: '' };
    expect(await b24task(harness, 'health')).toEqual({ ...done, stdout: 'alive\n' });
    expect(await b24task(harness, 'doctor')).toMatchObject(done);
    expect((await b24task(harness, 'people')).stdout).toContain('Connected: 1.');
    expect(await b24task(harness, 'outbox', 'stats')).toMatchObject(done);
    expect(await b24task(harness, 'backup', join(root, 'copy.db'))).toMatchObject(done);
    expect((await b24task(harness, 'move')).stdout).toContain('Usage: ');

    await harness.service.stop();
    expect(lines.at(-1)).toContain('"msg":"stopped"');
    expect(await b24task(harness, 'rotate-keys')).toMatchObject(done);
    expect(await b24task(harness, 'forget', 'T0ACME0000', 'U0ANNA0000')).toMatchObject(done);
  });

  it('runs on PostgreSQL and in Socket Mode', async () => {
    const { harness, lines } = await openBundle({ mode: 'socket', engine: onPostgres.engine });
    await harness.link('anna', 7);
    await harness.slack.as('anna').command('/b24task 51 hello');
    await harness.slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
    await harness.service.stop();
    expect(lines.at(-1)).toContain('"msg":"stopped"');
  });

  it('needs no other package, and holds the licences of those that are in it', () => {
    const licences = readFileSync(join(app, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const [name, version] of Object.entries(packageFile.dependencies)) {
      expect(licences).toContain(`${name} ${version} (`);
    }
    expect(licences.match(/Permission is hereby granted/g)?.length).toBeGreaterThan(50);
    expect(readdirSync(app)).not.toContain('node_modules');
  });

  it('names the source of every part, so that a line of a stack leads to it', () => {
    const lines = readFileSync(join(app, 'service.js'), 'utf8').split('\n');
    const line = lines.findIndex((each) => each.startsWith('async function assembleBase('));
    expect(lines.slice(0, line).findLast((each) => each.startsWith('// '))).toBe('// src/service/base.ts');
  });

  it('is of one byte per character', () => {
    for (const file of readdirSync(app).filter((name) => name.endsWith('.js'))) {
      expect(readFileSync(join(app, file), 'latin1')).toMatch(/^[\0-\x7f]*$/);
    }
  });
});
