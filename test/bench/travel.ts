import type { BenchPortal } from './bench-portal.ts';
import type { Harness, Load, Sent } from './harness.ts';
import type { Program } from './programs.ts';

const arriveWithinMs = 60_000;

/** Messages that went the whole way. */
export type Journey = {
  readonly sent: Sent;
  /** For each message how long it took from command to chat. */
  readonly tookMs: readonly number[];
  /** From the first command to the last text. */
  readonly lastedMs: number;
  /** What the program used until the last text was there, and the last reply where it replies. */
  readonly processorMs: number;
};

/** Sends commands to a program and waits until all are in their chats. Rejects when one is not. */
export async function travel(
  harness: Harness,
  portal: BenchPortal,
  program: Program,
  { people, load, replies }: { people: number; load: Load; replies: boolean },
): Promise<Journey> {
  const before = await portal.counts();
  const processorMsBefore = program.processorMs();
  const repliesBefore = await harness.replies();
  const sent = await harness.send(program, people, load);
  const { sentAt, firstMark, refused, said } = sent;
  if (refused > 0) {
    throw new Error(`${refused} commands were not accepted: ${said}`);
  }
  await portal.waitForMessages(before.messages + sentAt.length, arriveWithinMs);
  if (replies) {
    await harness.waitForReplies(repliesBefore + sentAt.length, arriveWithinMs);
  }
  const arrivals = await portal.arrivals(firstMark);
  if (arrivals.size !== sentAt.length) {
    throw new Error(`${sentAt.length} messages sent, ${arrivals.size} arrived`);
  }
  const last = Math.max(...arrivals.values());
  return {
    sent,
    tookMs: sentAt.map((at, index) => (arrivals.get(firstMark + index) ?? Number.NaN) - at),
    lastedMs: last - (sentAt[0] ?? last),
    processorMs: program.processorMs() - processorMsBefore,
  };
}
