import { runHere } from './command.ts';
import { forget } from './person-deletion.ts';

await runHere(forget);
