import type { Database, Transaction } from '../../src/storage/database.ts';
import type { Watch } from './outbox-harnesses.ts';

/** Where a piece of work stands still: it has come there, and goes on when it is let. */
type Held = { readonly arrived: Promise<void>; release(): void };

/** A way to stop whoever uses a database at one point. */
export type Holding = {
  readonly watch: Watch;
  /** Holds the next transaction before it begins. */
  transaction(): Held;
  /** Holds the next statement of a transaction that starts so, and what is asked for behind it, before it is sent. */
  statement(start: string): Held;
};

type Gate = { readonly handleCallback: () => void; readonly released: Promise<void> };

/** Creates it, with nothing held. */
export function createHolding(): Holding {
  let beforeTransaction: Gate | undefined;
  let beforeStatement: (Gate & { readonly start: string }) | undefined;

  return {
    watch: (database) => ({ ...database, transaction: (work) => transact(database, work) }),
    transaction() {
      const { gate, held } = createGate();
      beforeTransaction = gate;
      return held;
    },
    statement(start) {
      const { gate, held } = createGate();
      beforeStatement = { ...gate, start };
      return held;
    },
  };

  async function transact<Value>(database: Database, work: (transaction: Transaction) => Promise<Value>) {
    const gate = beforeTransaction;
    beforeTransaction = undefined;
    await pass(gate);
    return database.transaction(async (transaction) => {
      const kept: (() => void)[] = [];
      let stop: Gate | undefined;
      const value = await work({
        ...transaction,
        execute(text, values) {
          if (beforeStatement && text.startsWith(beforeStatement.start)) {
            stop = beforeStatement;
            beforeStatement = undefined;
          }
          const run = () => transaction.execute(text, values);
          stop ? kept.push(run) : run();
        },
        commit: () => (stop ? undefined : transaction.commit()),
      });
      await pass(stop);
      for (const run of kept) {
        run();
      }
      return value;
    });
  }
}

async function pass(gate: Gate | undefined): Promise<void> {
  gate?.handleCallback();
  await gate?.released;
}

function createGate(): { readonly gate: Gate; readonly held: Held } {
  const [arrived, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  return {
    gate: { handleCallback: arrived.resolve, released: released.promise },
    held: { arrived: arrived.promise, release: released.resolve },
  };
}
