import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderLogLine } from './prompt/render-log-line.ts';
import { createSession } from './prompt/session.ts';
import { createTerminal } from './prompt/terminal.ts';
import { startSandbox } from './sandbox.ts';

const terminal = createTerminal(process.stdin, process.stdout);
const dataDir = mkdtempSync(join(tmpdir(), 'b24task-sandbox-'));
const sandbox = await startSandbox({
  application: true,
  // What was on its way when the service was killed goes on after this, and not after a minute.
  settings: { DATA_DIR: dataDir, LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent', BITRIX24_TIMEOUT_MS: '5000' },
  apart: (line) => terminal.print(renderLogLine(line)),
});
await sandbox.link('anna', 7);
await sandbox.chooseLanguage('bob', 'ru');
await sandbox.link('carol', 12, ['task', 'tasks']);

const session = createSession(sandbox, terminal.print);
session.welcome();
for await (const line of terminal.lines(session.place)) {
  if (!(await session.enter(line))) {
    break;
  }
}
// Whoever still could type would keep the process from ending.
process.stdin.destroy();
await sandbox.close();
rmSync(dataDir, { recursive: true, force: true });
