/**
 * The time in ms, the same in every process of this machine to some microseconds: the system's monotonic clock, moved by
 * `offsetMs` so that it reads like epoch time. `Date` would do for the reading, but jumps when the system's time is set.
 */
export function sharedNow(offsetMs: number): number {
  return offsetMs + Number(process.hrtime.bigint()) / 1e6;
}

/** The offset that one process measures and tells the others. */
export function measureOffset(): number {
  return Date.now() - sharedNow(0);
}
