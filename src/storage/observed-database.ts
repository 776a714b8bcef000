import type { Database } from './database.ts';

/** Is told of work that is over: what it was, how long it took, and whether it failed. */
export type StorageObserver = (operation: 'query' | 'transaction', tookMs: number, isFailed: boolean) => void;

/** The same database, each piece of work told to `observe`. What a transaction does within itself counts as one. */
export function observeDatabase<Observed extends Database>(database: Observed, observe: StorageObserver): Observed {
  async function timed<Value>(operation: 'query' | 'transaction', work: () => Promise<Value>): Promise<Value> {
    const begunAt = performance.now();
    let isFailed = true;
    try {
      const value = await work();
      isFailed = false;
      return value;
    } finally {
      observe(operation, performance.now() - begunAt, isFailed);
    }
  }
  return {
    ...database,
    query: (text, values) => timed('query', () => database.query(text, values)),
    transaction: (work) => timed('transaction', () => database.transaction(work)),
  };
}
