import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createSession } from './prompt/session.ts';
import { startWorld } from './world.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'b24task-sandbox-'));
const world = await startWorld({ application: true, settings: { DATA_DIR: dataDir } });
await world.link('anna', 7);

const interactive = process.stdin.isTTY;
const session = createSession(world, (text) => process.stdout.write(`${text}\n`));
session.welcome();

const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: interactive, prompt: '' });
ask();
for await (const line of lines) {
  if (!interactive) {
    process.stdout.write(`${session.place()} ${line}\n`);
  }
  if (!(await session.enter(line))) {
    break;
  }
  ask();
}
lines.close();
await world.close();
rmSync(dataDir, { recursive: true, force: true });

function ask(): void {
  if (!interactive) {
    return;
  }
  lines.setPrompt(`${session.place()} `);
  lines.prompt();
}
