import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from './programs.ts';

const share = 0.2;
const lookEveryMs = 2;

/**
 * Does `work` while the main thread of each of these programs gets no more than a fifth of a core: so a machine with few
 * cores has room for several of them, and for what they work with. It is what `docker run --cpus 0.2` does, without its
 * rights: who has used more than its share is stopped until it has not.
 */
export async function heldBack<Value>(programs: readonly Program[], work: () => Promise<Value>): Promise<Value> {
  let isOver = false;
  async function hold(program: Program): Promise<void> {
    const [startedAt, before] = [performance.now(), program.mainThreadMs()];
    while (!isOver) {
      const isAhead = program.mainThreadMs() - before > (performance.now() - startedAt) * share;
      (isAhead ? program.pause : program.resume)();
      await sleep(lookEveryMs);
    }
    program.resume();
  }
  const over = () => {
    isOver = true;
  };
  const [value] = await Promise.all([work().finally(over), ...programs.map(hold)]);
  return value;
}
