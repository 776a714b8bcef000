import { outbox } from './outbox-administration.ts';
import { runBesideService } from './run.ts';

await runBesideService('outbox', outbox);
