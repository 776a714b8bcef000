import { EventEmitter } from 'node:events';

/** How long somebody waits who does not say it (real time). It ends what hangs; it is no measure of speed. */
export const waitMs = 20_000;

/** Tells whoever waits that something in the sandbox has changed. */
export type Changes = {
  announce(): void;
  /** Calls `listener` after every change; returns how to end that. */
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
        // Who has left need not be waited for.
        timer.unref();
        emitter.on('change', look);
      });
    },
  };
}
