/** Work that is going on: a stop waits for it, and its number bounds how much is begun. */
export type InFlight = {
  readonly size: number;
  /** Counts `work` until it has ended. Work handles its own failures; one that does not is a bug and is thrown. */
  add(work: Promise<void>): void;
  /** Resolves when nothing is going on any more. */
  settled(): Promise<void>;
};

/** Creates an empty set of work. */
export function createInFlight(): InFlight {
  const going = new Set<Promise<void>>();
  return {
    get size() {
      return going.size;
    },
    add(work) {
      const tracked = work.finally(() => going.delete(tracked));
      going.add(tracked);
    },
    async settled() {
      while (going.size > 0) {
        await Promise.all(going);
      }
    },
  };
}
