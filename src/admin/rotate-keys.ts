import { runHere } from './command.ts';
import { rotateKeys } from './key-rotation.ts';

await runHere(rotateKeys);
