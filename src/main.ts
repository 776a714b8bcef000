import { enableOwnCompileCache } from './service/compile-cache.ts';
import { holdLessMemory } from './service/v8-memory.ts';
import { withEnvFile } from './settings/env-file.ts';

const { env, problems: fileProblems } = withEnvFile(process.env);

// Libraries read variables of their own: pg, for one, those that begin with PG.
Object.assign(process.env, env);

// A log that nobody reads any more must not end the service.
process.stdout.on('error', () => {});

// Before anything else is loaded: the next start reads compiled code instead of compiling it.
enableOwnCompileCache(env['DATA_DIR'] || './data');

const [{ loadConfig }, { createService }] = await Promise.all([import('./config.ts'), import('./service/service.ts')]);

const loaded = loadConfig(env);
const problems = [...fileProblems, ...('problems' in loaded ? loaded.problems : [])];
if ('problems' in loaded || problems.length > 0) {
  const list = problems.map(({ setting, message }) => `  ${setting} ${message}`);
  leave(
    [
      'b24task cannot start:',
      ...list,
      '',
      'docs/settings.md explains the settings. To try it without any: npm run sandbox',
    ].join('\n'),
  );
} else {
  await run(createService(loaded.config));
}

/** Runs until SIGTERM or SIGINT, then lets what is in flight end. A second signal ends it at once. */
async function run(service: ReturnType<typeof createService>): Promise<void> {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const end = () => {
    for (const signal of signals) {
      process.off(signal, end);
    }
    void service.stop().then(() => process.exit());
  };
  for (const signal of signals) {
    process.on(signal, end);
  }
  try {
    await service.start();
    holdLessMemory();
  } catch (error) {
    await service.stop();
    leave(`b24task cannot start: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

function leave(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
