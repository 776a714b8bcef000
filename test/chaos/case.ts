import type { Outage } from './deployment.ts';
import type { Sent } from './journal.ts';
import { finalMeanings, type Meaning, type Reply } from './replies.ts';
import type { Traces } from './traces.ts';

/** One message with everything that is known about it. */
export type Case = {
  readonly sent: Sent;
  readonly traces: Traces;
  readonly replies: readonly Reply[];
  /** Those of its replies that tell how it ended. */
  readonly finals: readonly Reply[];
};

/** Puts together what the portal and the sender know of a message. */
export function caseOf(
  sent: Sent,
  traces: ReadonlyMap<string, Traces>,
  replies: ReadonlyMap<string, readonly Reply[]>,
): Case {
  const read = replies.get(sent.channel) ?? [];
  return {
    sent,
    traces: traces.get(sent.id) ?? { posted: [], requests: [] },
    replies: read,
    finals: read.filter(({ meaning }) => finalMeanings.includes(meaning)),
  };
}

/** How many messages a text makes in Bitrix24. */
export function partsOf({ text }: Sent): number {
  return Math.ceil(text.length / 20_000);
}

/** Whether its sender was told this. */
export function has(replies: readonly Reply[], meaning: Meaning): boolean {
  return replies.some((reply) => reply.meaning === meaning);
}

/** Where its first part stands in the chat. */
export function firstPlaceOf({ traces }: Case): number {
  return traces.posted[0]?.place ?? 0;
}

/** Where its last part stands in the chat. */
export function lastPlaceOf({ traces }: Case): number {
  return traces.posted.at(-1)?.place ?? 0;
}

/** A message in one line: its beginning, how it ended, and how each request about it went. */
export function describeCase({ sent, finals, traces }: Case): string {
  const requests = traces.requests.map(
    ({ fault, status, executed }) => `${fault ?? 'fine'}→${status ?? 'none'}${executed ? '!' : ''}`,
  );
  return `${beginningOf(sent)} [${finals.map(({ meaning }) => meaning).join(' ')}; ${requests.join(', ')}]`;
}

/** Everything that happened to a message, line by line in the order of time, counted from when it was typed. */
export function traceOf({ sent, traces, replies }: Case, outages: readonly Outage[]): string {
  const events = [
    { at: sent.sentAt, what: `typed in ${sent.channel}, handed over ${sent.handedOver} times` },
    ...(sent.takenAt === undefined ? [] : [{ at: sent.takenAt, what: 'acknowledged' }]),
    ...traces.requests.map(({ at, key, fault, status, code, executed, replayed }) => ({
      at,
      what: [
        `request ${key}: ${fault ?? 'no fault'}, answered ${status ?? 'nothing'}${code ? ` ${code}` : ''}`,
        ...(executed ? ['executed'] : []),
        ...(replayed ? ['replayed'] : []),
      ].join(', '),
    })),
    ...traces.posted.map(({ task, place, part, message }) => ({
      at: message.at,
      what: `in the chat of task ${task}: part ${part} at place ${place}, by ${message.author.id}`,
    })),
    ...replies.map(({ meaning, seen }) => ({ at: seen.at, what: `told ${meaning}: ${seen.text.slice(0, 100)}` })),
  ];
  const endAt = Math.max(...events.map(({ at }) => at));
  const meanwhile = outages
    .filter(({ from, to }) => from <= endAt && to >= sent.sentAt)
    .map(({ from, to }) => ({ at: from, what: `killed or cut off for ${to - from} ms` }));
  const lines = [...events, ...meanwhile]
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, what }) => `  ${String(Math.round(at - sent.sentAt)).padStart(7)} ms  ${what}`);
  return [`${beginningOf(sent)} (delivery ${sent.id})`, ...lines].join('\n');
}

function beginningOf({ text }: Sent): string {
  return text.slice(0, 40).replace('\n', ' ');
}
