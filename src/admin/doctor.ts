import { doctor } from './diagnostics.ts';
import { runHere } from './run.ts';

await runHere(doctor);
