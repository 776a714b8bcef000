/** Runs some work when it is its turn. */
export type Limiter = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Lets `most` pieces of work run at the same time; the others wait in the order of arrival. */
export function createLimiter(most: number): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (work) => {
    if (running >= most) {
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
