/** Every duration of the delivery, in ms. Tests scale them; production uses `defaultTiming`. */
export type Timing = {
  /** How long a lease holds without being renewed: a dead replica is replaced after this. */
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** A request that has not left this long after its lease was written is given up. */
  readonly leaveWithinMs: number;
  /** An ambiguous attempt is repeated this long after it left, and not before. */
  readonly repeatAfterMs: number;
  /** When a part that may have run is looked for in the chat at first. */
  readonly lookSoonMs: number;
  /**
   * How long after an attempt a portal outside of Bitrix24's cloud has surely ended it, which has limits of its own; in
   * the cloud that is `repeatAfterMs`.
   */
  readonly lookSurelyMs: number;
  /** Between the two looks that show that something is not there. */
  readonly lookAgainMs: number;
  /** Waits between attempts at an unreachable portal; the last one repeats. */
  readonly unreachableMs: readonly number[];
  /** Wait after QUERY_LIMIT_EXCEEDED; the bucket is refilled from empty meanwhile. */
  readonly throttledMs: number;
  /** Wait after an operating-time limit that does not say when it ends. */
  readonly methodThrottledMs: number;
  readonly deadlineMs: number;
  /** A delivery that has not ended by then gets a waiting reply. */
  readonly waitingNoticeMs: number;
  /** How long the names of mentioned people may take to look up before the labels that Slack sent serve. */
  readonly namesWithinMs: number;
  /** Saying the same to the same task within this time is asked about. */
  readonly sameTextMs: number;
  /** Waits between tries to tell a sender, give or take a quarter; the last one repeats. */
  readonly reportRetryMs: readonly number[];
  readonly keepTextMs: number;
  readonly keepRecordMs: number;
  readonly pollMs: number;
  readonly sweepEveryMs: number;
  /** How long a stop tells load balancers and kept connections to go elsewhere before it takes nothing new. */
  readonly drainMs: number;
  /** How long a stop takes at the most, all in all: containers are commonly killed after 10 s. */
  readonly stopWithinMs: number;
};

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The values of production. */
export const defaultTiming: Timing = {
  leaseMs: 10 * second,
  renewEveryMs: 3 * second,
  leaveWithinMs: 5 * second,
  repeatAfterMs: 65 * second,
  lookSoonMs: 2 * second,
  lookSurelyMs: 5 * minute,
  lookAgainMs: minute,
  unreachableMs: [5 * second, 15 * second, minute, 5 * minute, 15 * minute],
  throttledMs: second,
  methodThrottledMs: 10 * minute,
  deadlineMs: 23 * hour,
  waitingNoticeMs: 2 * second,
  namesWithinMs: 800,
  sameTextMs: 2 * minute,
  // Slack is seldom away for ten minutes: whoever waits for an answer has it within half a minute after that.
  reportRetryMs: [2 * second, 5 * second, 10 * second, ...Array<number>(40).fill(15 * second), minute],
  keepTextMs: 24 * hour,
  keepRecordMs: 30 * 24 * hour,
  pollMs: second,
  sweepEveryMs: 5 * minute,
  drainMs: 2 * second,
  stopWithinMs: 9 * second,
};
