import { setImmediate, setTimeout } from 'node:timers/promises';
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
 * Makes room for more in each batch. `ms` is how long is waited, `pause` resolves after so many ms; `steady` is a clock in
 * ms that nobody sets.
 */
type Gathering = {
  readonly ms?: number;
  readonly pause?: (ms: number) => Promise<unknown>;
  readonly steady?: () => number;
};

/** So many at once tell that more are coming. */
const several = 3;

/** Turn by turn more may come for as long as this: where strangers make each turn a long one, people do not wait for it. */
const turnsMs = 20;

/**
 * Gathers items: what arrives while a batch runs, and turn by turn of Node's loop after that, shares the next one, of at
 * most `most`. `run` gives one result per item. When a batch fails for another reason than the connection, its items are
 * run one by one, so that one bad item fails alone. With a `Gathering`, for what may come a moment later, the next batch
 * begins a while after one of several items: under load many share what each would cost alone, and who comes alone never
 * waits.
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  most: number,
  { ms = 0, pause = setTimeout, steady = () => performance.now() }: Gathering = {},
): Batcher<Item, Result> {
  const queue: Waiting<Item, Result>[] = [];
  let busy = false;

  async function drain(): Promise<void> {
    let until = steady() + turnsMs;
    await setImmediate();
    while (queue.length > 0) {
      await untilNothingComes(queue, most, () => steady() < until);
      const batch = queue.splice(0, most);
      await runBatch(run, batch);
      until = steady() + turnsMs;
      if (ms > 0 && batch.length >= several && queue.length < most) {
        await pause(ms);
      }
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
      void drain();
    });
}

/**
 * Resolves after the first turn of Node's loop that brings nothing more, with as many as there may be, or when its time is
 * over. Requests on connections of their own, as proxies open them that keep none (nginx before 1.29.7, as it comes), are
 * there one in each turn, however many wait: libuv takes one new connection a turn. Source: `uv__server_io` of libuv,
 * since 1.45.
 */
async function untilNothingComes(queue: readonly unknown[], most: number, hasTime: () => boolean): Promise<void> {
  let before = 0;
  while (queue.length > before && queue.length < most && hasTime()) {
    before = queue.length;
    await setImmediate();
  }
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
