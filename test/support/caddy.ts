import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort, listening } from './nginx.ts';

/** Debian's package of that name; not everywhere. */
export const hasCaddy = spawnSync('caddy', ['version']).status === 0;

/** Starts Caddy as `deploy/proxy/Caddyfile` has it, but for certificate and ports; gives its port. Ends with the test. */
export async function startCaddy(service: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'b24task-caddy-'));
  const port = await freePort();
  const example = readFileSync('deploy/proxy/Caddyfile', 'utf8')
    .replace(/^\{$/m, '{\n\tadmin off')
    .replace('{$B24TASK_HOST}', `http://:${port}`)
    .replace('b24task:3000', `127.0.0.1:${service}`);
  writeFileSync(join(folder, 'Caddyfile'), example);
  const child = spawn('caddy', ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], {
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  await listening(port);
  return port;
}
