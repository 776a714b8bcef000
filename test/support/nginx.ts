import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Debian's package of that name; not everywhere. */
export const hasNginx = spawnSync('nginx', ['-v']).status === 0;

/**
 * Starts nginx as `deploy/proxy/nginx.conf` has it, but for certificate and ports, in front of services on these ports;
 * gives its own. Ends with the test.
 */
export async function startNginx(services: readonly number[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'b24task-nginx-'));
  const port = await freePort();
  const example = readFileSync('deploy/proxy/nginx.conf', 'utf8')
    .replace(/^\tserver 127\.0\.0\.1:3000;$/m, services.map((each) => `server 127.0.0.1:${each};`).join('\n'))
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replace(/^\s*ssl_certificate.*$/gm, '');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${frame(folder)}\nhttp {\naccess_log off;\n${temporary(folder)}\n${example}\n}`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', join(folder, 'error.log')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  await listening(port);
  return port;
}

function frame(folder: string): string {
  return `daemon off;\nmaster_process off;\npid ${folder}/nginx.pid;\nevents { worker_connections 512; }`;
}

/** Paths that would else be the system's. */
function temporary(folder: string): string {
  return ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Waits until something answers there over HTTP. */
export async function listening(port: number): Promise<void> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/health/live`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
