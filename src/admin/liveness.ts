import { loadConfig } from '../config.ts';
import type { AdminCommand } from './command.ts';

const withinMs = 3_000;

/**
 * Asks the service with these settings whether it is alive: for the health check of the image, which restarts a process
 * that is stuck, and must not restart one whose database is away. Code 1 when it does not answer in time.
 */
export const health: AdminCommand = async ({ env, print }) => {
  const loaded = loadConfig(env);
  if ('problems' in loaded) {
    print('The settings are not complete.');
    return 1;
  }
  const { host, port } = loaded.config;
  const name = /^(?:0\.0\.0\.0|::)$/.test(host) ? 'localhost' : host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${port}/health/live`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    print(answer.ok ? 'alive' : `HTTP ${answer.status}`);
    return answer.ok ? 0 : 1;
  } catch {
    print(`Nobody answers on port ${port}.`);
    return 1;
  }
};
