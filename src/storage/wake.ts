/** Tells couriers that something became due: those of this process, and of others where there are any. */
export type WakeUps = {
  /** Calls `listener` whenever something may be due; the returned function ends that. */
  onWake(listener: () => void): () => void;
  /** Something became due. */
  wake(): void;
  close(): Promise<void>;
};

/** Wake-ups within this process. */
export function createLocalWakeUps(): WakeUps {
  const listeners = new Set<() => void>();
  return {
    onWake(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wake() {
      for (const listener of listeners) {
        listener();
      }
    },
    async close() {
      listeners.clear();
    },
  };
}
