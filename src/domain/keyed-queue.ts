/** Runs work of one key piece by piece, in the order of arrival; different keys do not wait for each other. */
export type KeyedQueue = {
  /** The result of `work`. One that fails does not hold up the next. */
  run<Value>(key: string, work: () => Promise<Value>): Promise<Value>;
};

/** Creates an empty queue of this process. It holds nothing of a key whose work is done. */
export function createKeyedQueue(): KeyedQueue {
  const last = new Map<string, Promise<unknown>>();

  return {
    run(key, work) {
      const mine = (last.get(key) ?? Promise.resolve()).then(work);
      const ended = mine
        .catch(() => {})
        .then(() => {
          if (last.get(key) === ended) {
            last.delete(key);
          }
        });
      last.set(key, ended);
      return mine;
    },
  };
}
