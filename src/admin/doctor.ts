import { runHere } from './command.ts';
import { doctor } from './examination.ts';

await runHere(doctor);
