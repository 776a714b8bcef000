import { backup } from './database-copy.ts';
import { runBesideService } from './run.ts';

await runBesideService('backup', backup);
