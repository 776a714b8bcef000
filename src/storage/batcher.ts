import { StorageUncertainError } from '../delivery/ports.ts';
import { StorageUnavailableError } from './database.ts';

/** Adds one item to the next batch; resolves with its own result once that batch is done. */
export type Batcher<Item, Result> = (item: Item) => Promise<Result>;

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
};

/**
 * Gathers items: what arrives while a batch runs shares the next one, of at most `most`. `run` gives one result per
 * item. When a batch fails for another reason than the connection, its items are run one by one, so that one bad item
 * fails alone.
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  most: number,
): Batcher<Item, Result> {
  const queue: Waiting<Item, Result>[] = [];
  let busy = false;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await runBatch(run, queue.splice(0, most));
    }
    busy = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (busy) {
        return;
      }
      busy = true;
      setImmediate(() => void drain());
    });
}

async function runBatch<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  batch: readonly Waiting<Item, Result>[],
): Promise<void> {
  try {
    const results = await run(batch.map(({ item }) => item));
    for (const [index, result] of results.entries()) {
      batch[index]?.resolve(result);
    }
  } catch (error) {
    if (batch.length > 1 && failsAlone(error)) {
      for (const waiting of batch) {
        await runBatch(run, [waiting]);
      }
    } else {
      for (const waiting of batch) {
        waiting.reject(error);
      }
    }
  }
}

/** Nothing of the batch was written, and the storage is there: one of the items is to blame. */
function failsAlone(error: unknown): boolean {
  return !(error instanceof StorageUncertainError || error instanceof StorageUnavailableError);
}
