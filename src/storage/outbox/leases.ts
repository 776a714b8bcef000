import { StorageUncertainError } from '../../delivery/ports.ts';
import type { Claim } from '../../delivery/progress.ts';

/** The leases that this process takes. Each has a number: only a claim that was handed out under it can be settled. */
export type Leases = {
  /** Runs a transaction that leases rows under a new number. */
  take<Value>(work: (lease: number) => Promise<Value>): Promise<Value>;
  /** Notes under which lease a claim is handed out. */
  note(claim: Claim, lease: number): void;
  /** The lease of a claim; `undefined` where it was not handed out here. */
  of(claim: Claim): number | undefined;
  /** Leases of which the storage did not say whether they stand. Nothing was handed out under them. */
  unconfirmed(): readonly number[];
};

/** How many unconfirmed leases are remembered: as many as there can be before the oldest was taken back. */
const maxUnconfirmed = 100;

/** Creates the leases of one process. */
export function createLeases(): Leases {
  const numbers = new WeakMap<Claim, number>();
  const unconfirmed: number[] = [];
  let last = 0;

  return {
    async take(work) {
      last += 1;
      const lease = last;
      try {
        return await work(lease);
      } catch (error) {
        // The commit may stand all the same, and nobody would send what that lease holds while this process renews it.
        if (error instanceof StorageUncertainError) {
          unconfirmed.push(lease);
        }
        unconfirmed.splice(0, unconfirmed.length - maxUnconfirmed);
        throw error;
      }
    },
    note: (claim, lease) => void numbers.set(claim, lease),
    of: (claim) => numbers.get(claim),
    unconfirmed: () => unconfirmed,
  };
}
