import { forget } from './person-deletion.ts';
import { runBesideService } from './run.ts';

await runBesideService('forget', forget);
