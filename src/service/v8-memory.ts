import { setFlagsFromString } from 'node:v8';

/**
 * What the compiler worked with is freed when it is done: 30 MiB after busy hours. V8 leaves that to a thread which
 * sleeps until there is more to compile. It asks each time (V8 13.6, `MaglevConcurrentDispatcher::FinalizeFinishedJobs`),
 * so that this may change while it runs.
 */
const freeAtOnce = '--no-maglev-destroy-on-background';

/**
 * Has V8 hold less memory from now on. To be called behind the start: given on the command line, the flag would make
 * Node take the code that it brings compiled for that of another V8, and compile all of it: a fifth of a start.
 */
export function holdLessMemory(): void {
  setFlagsFromString(freeAtOnce);
}
