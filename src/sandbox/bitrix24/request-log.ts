import type { Clock } from './state.ts';

/** A request as the portal remembers it. Nothing in it is a secret: no path, no query, no body, no token. */
export type RequestRecord = {
  readonly seq: number;
  /** Milliseconds since 1970, by the portal's clock. */
  readonly at: number;
  readonly sourceAddress: string;
  readonly generation: 'v2' | 'v3';
  /** `(unknown)` where the portal has no such method: the path may hold anything then. */
  readonly method: string;
  readonly key: string | undefined;
  /** SHA-256 of the raw body, in hex. */
  readonly bodyHash: string;
  userId: number | undefined;
  /** The method ran and succeeded, whatever the client was told. */
  executed: boolean;
  replayed: boolean;
  /** The error code of the portal's own answer, before a fault replaced it. */
  code: string | undefined;
  /** The fault in its text form. */
  fault: string | undefined;
  /** What was sent; `undefined` while it runs, and when the connection ended without an answer. */
  status: number | undefined;
};

/** How many requests there were, by what became of them. */
export type RequestCounts = {
  /** All REST requests. */
  received: number;
  /** Rejected because the bucket was full; faults that only look like it are not counted here. */
  throttled: number;
  /** Methods that ran and succeeded. */
  executed: number;
  /** Answered from the memory of idempotency keys. */
  replayed: number;
  /** Refused by the portal's own checks. */
  refused: number;
  /** Disturbed by a fault. */
  faults: number;
};

/** The portal's access log. */
export type RequestLog = {
  readonly records: readonly RequestRecord[];
  readonly counts: Readonly<RequestCounts>;
  open(seen: Pick<RequestRecord, 'sourceAddress' | 'generation' | 'method' | 'key' | 'bodyHash'>): RequestRecord;
  count(what: Exclude<keyof RequestCounts, 'received'>): void;
};

const maxRecords = 100_000;

/** The portal's access log; the oldest records go when it holds more than twice a hundred thousand. */
export function createRequestLog(clock: Clock): RequestLog {
  const records: RequestRecord[] = [];
  const counts: RequestCounts = { received: 0, throttled: 0, executed: 0, replayed: 0, refused: 0, faults: 0 };
  let seq = 0;
  return {
    records,
    counts,
    open(seen) {
      seq += 1;
      counts.received += 1;
      const record = { seq, at: clock.now(), ...seen, ...untouched };
      records.push(record);
      if (records.length > 2 * maxRecords) {
        records.splice(0, maxRecords);
      }
      return record;
    },
    count(what) {
      counts[what] += 1;
    },
  };
}

const untouched = {
  userId: undefined,
  executed: false,
  replayed: false,
  code: undefined,
  fault: undefined,
  status: undefined,
};
