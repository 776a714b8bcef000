import { flushCompileCache } from 'node:module';
import { loadConfig } from '../../src/config.ts';
import { createService } from '../../src/service/service.ts';
import { chaosTiming } from './scale.ts';

// Who is killed writes nothing at its end, and would leave all compiling to the next one.
flushCompileCache();

/** What `src/main.ts` does, with the timing of the chaos runs. Ends with its parent, however that ends. */
const loaded = loadConfig(process.env);
if ('problems' in loaded) {
  throw new Error(loaded.problems.map(({ setting }) => setting).join(', '));
}
const service = createService(loaded.config, { timing: chaosTiming });
process.once('SIGTERM', () => void service.stop().then(() => process.exit()));
process.once('disconnect', () => process.exit());
await service.start();
