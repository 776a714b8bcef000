/** Lets one piece of work in at a time, in the order of arrival. A failed one does not hold up the next. */
export type Turnstile = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** A turnstile of this process. */
export function createTurnstile(): Turnstile {
  let last: Promise<unknown> = Promise.resolve();

  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };
}
