import { health } from './liveness.ts';
import { runHere } from './run.ts';

await runHere(health);
