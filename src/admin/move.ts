import { move } from './data-move.ts';
import { runHere } from './run.ts';

await runHere(move);
