import { setTimeout as pause } from 'node:timers/promises';
import { closedTask, type Harness, openTasks, type Writer, writers } from './harness.ts';
import type { Sent } from './journal.ts';
import { isFinal, placeOf, readReplies } from './replies.ts';
import type { Evidence } from './verdict.ts';
import { type WritingDeps, writeOnce } from './writing.ts';

/** Longest wait for everything to end once nothing is in its way any more. It ends what hangs. */
const endsWithinMs = 120_000;

/** One more message in every lane: when it has ended, so has everything before it. */
export async function drain(deps: WritingDeps): Promise<void> {
  const { harness, journal } = deps;
  const last = await Promise.all(
    writers.flatMap((writer) => [...openTasks, closedTask].map((task) => writeUntilTaken(deps, writer, task))),
  );
  await untilEnded(harness, last);
  const { chats } = gather(harness);
  const there = new Set([...chats.values()].flatMap((chat) => chat.map(({ key = '' }) => key.replace(/\.\d+$/, ''))));
  await untilEnded(
    harness,
    journal.sent.filter(({ takenAt, id }) => takenAt !== undefined || there.has(id)),
  );
}

/** Writes messages until one is accepted. */
async function writeUntilTaken(deps: WritingDeps, writer: Writer, task: number): Promise<Sent> {
  for (;;) {
    const sent = await writeOnce(deps, writer, task);
    if (sent.takenAt !== undefined) {
      return sent;
    }
    await pause(100);
  }
}

/** Waits until every sender was told how it ended, or long enough: who was not told is found by the verdict. */
export async function untilEnded({ slack }: Harness, messages: readonly Sent[]): Promise<void> {
  const giveUpAt = Date.now() + endsWithinMs;
  for (const { writer, channel } of messages) {
    const timeoutMs = Math.max(1, giveUpAt - Date.now());
    await slack
      .waitFor(writer.name, (seen) => placeOf(seen) === channel && isFinal(seen), { timeoutMs })
      .catch(() => {});
  }
}

/** What can be seen now. */
export function gather(harness: Harness): Pick<Evidence, 'chats' | 'requests' | 'replies'> {
  const { portal, slack } = harness;
  const chats = new Map([...openTasks, closedTask].map((task) => [task, portal.chat(task)]));
  return { chats, requests: portal.requests, replies: readReplies(slack) };
}
