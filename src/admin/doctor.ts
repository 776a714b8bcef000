import { runHere } from './command.ts';
import { doctor } from './diagnostics.ts';

await runHere(doctor);
