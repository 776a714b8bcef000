import { EventEmitter } from 'node:events';

/** The default time limit of a wait, in ms of real time. It ends waits that hang; it measures no speed. */
export const waitMs = 20_000;

/** Notifies listeners that something in the sandbox has changed. */
export type Changes = {
  announce(): void;
  /** Calls `listener` after every change, until the returned function is called. */
  watch(listener: () => void): () => void;
  /**
   * The first value that `probe` finds, now or after any later change. Rejects after `timeoutMs` (real time) with what
   * `describe` says.
   */
  until<T>(probe: () => T | undefined, timeoutMs: number, describe: () => string): Promise<T>;
};

/** Creates an emitter without listeners. */
export function createChanges(): Changes {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    announce: () => {
      emitter.emit('change');
    },
    watch(listener) {
      emitter.on('change', listener);
      return () => emitter.off('change', listener);
    },
    until: (probe, timeoutMs, describe) => {
      const found = probe();
      if (found !== undefined) {
        return Promise.resolve(found);
      }
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          emitter.off('change', look);
        };
        const look = (): void => {
          try {
            const value = probe();
            if (value !== undefined) {
              stop();
              resolve(value);
            }
          } catch (error) {
            stop();
            reject(error);
          }
        };
        const timer = setTimeout(() => {
          stop();
          reject(new Error(`Nothing came within ${timeoutMs} ms. ${describe()}`));
        }, timeoutMs);
        // A wait alone does not keep the process alive.
        timer.unref();
        emitter.on('change', look);
      });
    },
  };
}
