import { rotateKeys } from './key-rotation.ts';
import { runBesideService } from './run.ts';

await runBesideService('rotate-keys', rotateKeys);
