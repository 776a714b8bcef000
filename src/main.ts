import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the second start reads compiled code instead of compiling it.
enableCompileCache();

const [{ loadConfig }, { createService }] = await Promise.all([import('./config.ts'), import('./service/service.ts')]);

if (existsSync('.env')) {
  process.loadEnvFile('.env');
}
const loaded = loadConfig(process.env);
if ('problems' in loaded) {
  const list = loaded.problems.map(({ setting, message }) => `  ${setting} ${message}`);
  leave(
    [
      'b24task cannot start:',
      ...list,
      '',
      'README.md explains the settings. To try it without any: npm run sandbox',
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
  } catch (error) {
    await service.stop();
    leave(`b24task cannot start: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

function leave(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
