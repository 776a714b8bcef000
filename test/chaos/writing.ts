import { setTimeout as pause } from 'node:timers/promises';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import {
  closedTask,
  type Harness,
  linkAs,
  openTasks,
  otherAccountId,
  relinker,
  steadyWriters,
  type Writer,
} from './harness.ts';
import type { Journal, Sent } from './journal.ts';
import { createRandom, type Random } from './random.ts';
import { meaningOf, placeOf } from './replies.ts';
import type { Span } from './span.ts';

/** Where people write, and what is noted about it. */
export type WritingDeps = { readonly harness: Harness; readonly journal: Journal; readonly seed: string };

/** What one message is written with. `authorId` is who the writer is linked as. */
type Pen = WritingDeps & { readonly random: Random; readonly writer: Writer; readonly authorId: number };

const maxPauseMs = 1_300;

/** Lets everybody write to every task at once; resolves when the span is over and the last command was answered. */
export async function writeAlong(deps: WritingDeps, span: Span): Promise<void> {
  const lanes = steadyWriters.flatMap((writer) => [
    ...openTasks.map((task) => writeLane(deps, writer, task, span)),
    writeClosedLane(deps, writer, span),
  ]);
  await Promise.all([...lanes, writeAndRelink(deps, span)]);
}

/** Sends one message that nothing disturbs. */
export function writeOnce(deps: WritingDeps, writer: Writer, task: number): Promise<Sent> {
  return write({ ...deps, random: alwaysPlain, writer, authorId: writer.userId }, task);
}

async function writeLane(deps: WritingDeps, writer: Writer, task: number, span: Span): Promise<void> {
  const random = createRandom(deps.seed, `lane ${writer.name} ${task}`);
  const pen: Pen = { ...deps, random, writer, authorId: writer.userId };
  for (;;) {
    await span.pause(random.between(0, maxPauseMs));
    if (!span.isOn) {
      return;
    }
    await Promise.all(Array.from({ length: random.next() < 0.1 ? 3 : 1 }, () => write(pen, task)));
    if (random.next() < 0.2) {
      await pressCancel(pen);
    }
  }
}

async function writeClosedLane(deps: WritingDeps, writer: Writer, span: Span): Promise<void> {
  const random = createRandom(deps.seed, `closed ${writer.name}`);
  const pen: Pen = { ...deps, random, writer, authorId: writer.userId };
  for (;;) {
    await span.pause(random.between(0, 8 * maxPauseMs));
    if (!span.isOn) {
      return;
    }
    await write(pen, closedTask);
  }
}

/** Writes one message at a time, so that who they are linked as is known for each; ends as they began. */
async function writeAndRelink(deps: WritingDeps, span: Span): Promise<void> {
  const random = createRandom(deps.seed, 'relinker');
  const writer = relinker;
  let authorId = writer.userId;
  while (span.isOn) {
    for (const task of [...openTasks, ...openTasks]) {
      await span.pause(random.between(0, maxPauseMs / 8));
      await write({ ...deps, random, writer, authorId }, task);
    }
    if (random.next() < 0.7) {
      authorId = authorId === writer.userId ? otherAccountId : writer.userId;
    }
    await relink(deps.harness, writer, authorId);
  }
  await relink(deps.harness, writer, writer.userId);
}

/** Tries until the app says that it worked: otherwise nobody knows who the person is linked as. */
async function relink(harness: Harness, { name }: Writer, userId: number): Promise<void> {
  for (;;) {
    try {
      return await linkAs(harness, name, userId);
    } catch {
      await pause(200);
    }
  }
}

async function write({ harness, journal, random, writer, authorId }: Pen, task: number): Promise<Sent> {
  const { slack } = harness;
  const channel = harness.newPlace(writer);
  const text = `m${journal.sent.length + 1} from ${writer.name} to ${task}${random.next() < 0.03 ? longText : ''}`;
  const sent = journal.open({ text, writer, authorId, task, channel });
  const first = await slack.as(writer.name).command(`/b24task ${task} ${text}`, { channel });
  journal.note(sent, first);
  if (random.next() < (first.status === 200 ? 0.1 : 0.3)) {
    journal.note(sent, await slack.redeliver(first.interaction));
  }
  return sent;
}

/** Two parts in Bitrix24. */
const longText = `\n${Array.from({ length: 500 }, (_, line) => `line ${line} of a very long message, typed by hand`).join('\n')}`;

async function pressCancel({ harness, journal, random, writer }: Pen): Promise<void> {
  const person = harness.slack.as(writer.name);
  const waiting = person.seen().filter(isCancellable);
  const chosen = waiting[Math.floor(random.next() * waiting.length)];
  if (!chosen) {
    return;
  }
  journal.notePress(placeOf(chosen));
  await person.click('Do not send', { on: chosen });
}

function isCancellable(seen: SeenMessage): boolean {
  return meaningOf(seen) === 'waiting' && JSON.stringify(seen.blocks).includes('b24task.cancel');
}

const alwaysPlain: Random = { next: () => 1, between: (_, high) => high };
