import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';

/**
 * Runs `chore` again and again, `periodMs` after it last ended. A chore that fails is logged and runs again: what it
 * does is never lost, only late.
 */
export function repeatEvery(
  periodMs: number,
  chore: () => Promise<void>,
  { clock, log }: { clock: Clock; log: Log },
): () => void {
  let stopped = false;
  let cancel = plan();
  return () => {
    stopped = true;
    cancel();
  };

  function plan(): () => void {
    return clock.schedule(periodMs, () => void run());
  }

  async function run(): Promise<void> {
    try {
      await chore();
    } catch (error) {
      log.error({ error }, 'a periodic chore failed; it runs again');
    }
    if (!stopped) {
      cancel = plan();
    }
  }
}
