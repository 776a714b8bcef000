import { StorageUncertainError } from '../../delivery/ports.ts';
import type { Claim } from '../../delivery/progress.ts';
import type { UnplacedRow } from './rows.ts';

/** The lease of one claim: the number it was taken under, and the row as it was leased. */
export type Lease = { readonly number: number; readonly row: UnplacedRow };

/** The leases that this process takes. Each has a number: only a claim that was handed out under it can be settled. */
export type Leases = {
  /** Runs a transaction that leases rows under a new number. */
  take<Value>(work: (lease: number) => Promise<Value>): Promise<Value>;
  /** Notes under which lease a claim is handed out. */
  note(claim: Claim, lease: Lease): void;
  /** The lease of a claim; `undefined` where it was not handed out here. */
  of(claim: Claim): Lease | undefined;
  /** Leases of which the storage did not say whether they stand. Nothing was handed out under them. */
  unconfirmed(): readonly number[];
};

/** How many unconfirmed leases are remembered: as many as there can be before the oldest was taken back. */
const maxUnconfirmed = 100;

/** Creates the leases of one process. */
export function createLeases(): Leases {
  const leases = new WeakMap<Claim, Lease>();
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
    note: (claim, lease) => void leases.set(claim, lease),
    of: (claim) => leases.get(claim),
    unconfirmed: () => unconfirmed,
  };
}
