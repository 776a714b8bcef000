/** Runs `work` as soon as there is room for it, and settles as it does. */
export type Limiter = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Limits concurrency: up to `max` run at the same time, the others wait in the order in which they came. */
export function createLimiter(max: number): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (work) => {
    if (running >= max) {
      await new Promise<void>((go) => waiting.push(go));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) {
        next();
      } else {
        running -= 1;
      }
    }
  };
}
