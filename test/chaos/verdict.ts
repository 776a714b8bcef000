import type { RequestRecord } from '../../src/sandbox/bitrix24/request-log.ts';
import type { ChatMessage } from '../../src/sandbox/bitrix24/state.ts';
import { type Case, caseOf, describeCase, firstPlaceOf, has, lastPlaceOf, partsOf, traceOf } from './case.ts';
import type { Outage } from './deployment.ts';
import { closedTask, otherAccountId } from './harness.ts';
import type { Sent } from './journal.ts';
import type { Meaning, Reply } from './replies.ts';
import { chaosTiming } from './scale.ts';
import { collectTraces, type Traces, wasInterrupted, wasServerError, wasUnanswered } from './traces.ts';

/** All that is known when everything has ended. */
export type Evidence = {
  readonly sent: readonly Sent[];
  readonly chats: ReadonlyMap<number, readonly ChatMessage[]>;
  readonly requests: readonly RequestRecord[];
  readonly replies: ReadonlyMap<string, readonly Reply[]>;
  /** When the service could not write down what it had just done. */
  readonly outages: readonly Outage[];
  /** How many processes share the storage; one where it is absent. */
  readonly replicas?: number;
  /** When connections to the portal broke. */
  readonly breaks?: readonly Outage[];
  readonly honoursKeys: boolean;
  /** What is in doubt can be looked for. */
  readonly readsChats?: boolean;
  /** Credentials of these people changed while messages waited. */
  readonly relinked: readonly string[];
};

/** What is wrong, in words, and what happened how often. */
export type Verdict = {
  readonly violations: readonly string[];
  /** Of each message that a violation is about: everything that happened to it. */
  readonly traces: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
};

const { deadlineMs } = chaosTiming;

/** Judges a run by what people can see: the chats, the replies, and the portal's log. */
export function judge(evidence: Evidence): Verdict {
  const violations: string[] = [];
  const suspects = new Set<Case>();
  const counts = new Map<string, number>();
  const traces = collectTraces(evidence.chats, evidence.requests);
  const cases = evidence.sent.map((sent) => caseOf(sent, traces, evidence.replies));
  const count = (what: string, by = 1): void => void counts.set(what, (counts.get(what) ?? 0) + by);

  for (const each of cases) {
    const copies = [...judgeParts(each), ...judgeRepeats(each, evidence), ...judgeOutcome(each, evidence)];
    const isHopeless = copies.length > 0 && couldNotBeKnown(each, evidence);
    const found = [
      ...(isHopeless ? [] : copies),
      ...judgeContent(each, evidence),
      ...judgeReplies(each, evidence),
      ...judgeReason(each, evidence),
    ];
    violations.push(...found.map((problem) => `${describeCase(each)}: ${problem}`));
    if (found.length > 0) {
      suspects.add(each);
    }
    count('sent');
    if (each.sent.takenAt !== undefined) {
      count('acknowledged');
    }
    count(each.finals[0]?.meaning ?? 'without an end');
    if (each.finals[0]?.meaning === 'unknown' && mayBeLooked(each, evidence)) {
      count('unknown where chats are read');
    }
    if (isHopeless) {
      count('beyond knowing');
    }
    count('replies repeated', Math.max(0, each.finals.length - 1));
    count('requests repeated', Math.max(0, each.traces.requests.length - partsOf(each.sent)));
  }
  violations.push(...judgeRareDoubts(counts), ...judgeExcuses(cases, counts.get('beyond knowing') ?? 0));
  for (const lane of Map.groupBy(cases, ({ sent }) => `${sent.writer.name} ${sent.task}`).values()) {
    for (const { problem, cameLate: late, about } of judgeOrder(lane)) {
      if (late && mayEndAtOnce(lane, evidence)) {
        count('unknown ones overtaken');
      } else {
        violations.push(problem);
        for (const each of about) {
          suspects.add(each);
        }
      }
    }
  }
  const known = new Set(evidence.sent.map(({ id }) => id));
  for (const [id, { posted }] of traces) {
    if (!known.has(id)) {
      violations.push(...posted.map(({ message }) => `nobody sent "${message.text.slice(0, 60)}"`));
    }
  }
  return { violations, counts, traces: [...suspects].map((each) => traceOf(each, evidence.outages)) };
}

/**
 * An attempt without an answer ends as unknown while the portal may still be at it, where nobody would repeat it: the
 * portal ignores the key, or the sender linked again.
 */
function mayEndAtOnce([one]: readonly Case[], { honoursKeys, readsChats, relinked }: Evidence): boolean {
  return (!honoursKeys && !readsChats) || (one !== undefined && relinked.includes(one.sent.writer.name));
}

/**
 * The portal executed and answered with a fault (so it forgot the key), and that answer was lost, or its reader died
 * before writing it down: whoever comes next sees the same as after any lost answer, and repeats. Nothing can tell the
 * two apart.
 */
function couldNotBeKnown({ traces }: Case, { outages, breaks = [], honoursKeys }: Evidence): boolean {
  const faults = traces.requests.filter((request) => request.executed && wasServerError(request));
  const disturbances = [...outages, ...breaks];
  return honoursKeys && faults.some(({ at }) => disturbances.some(({ from, to }) => at <= to && from <= at + 300));
}

/** Whether this one's chat can be read by its sender, who stays who they are. */
function mayBeLooked({ sent }: Case, { readsChats, relinked }: Evidence): boolean {
  return readsChats === true && !relinked.includes(sent.writer.name) && sent.task !== closedTask;
}

/** What goes out anew twice and dies each time is rare, also where processes are killed all the time. */
function judgeRareDoubts(counts: ReadonlyMap<string, number>): readonly string[] {
  const [doubts, sent] = [counts.get('unknown where chats are read') ?? 0, counts.get('sent') ?? 0];
  return doubts > 1 + sent / 200 ? [`${doubts} of ${sent} are unknown although their chats can be read`] : [];
}

/**
 * The excuse is for what is rare: of the messages that the portal ran and answered with a fault, few lose that answer. A
 * service that repeats them all is found by their number.
 */
function judgeExcuses(cases: readonly Case[], excused: number): readonly string[] {
  const ranBadly = cases.filter(({ traces }) => traces.requests.some((one) => one.executed && wasServerError(one)));
  return excused > 2 + ranBadly.length / 4 ? [`${excused} of ${ranBadly.length} faults were followed by a repeat`] : [];
}

/** No copy, and the parts in order. */
function judgeParts({ traces: { posted } }: Case): readonly string[] {
  const problems: string[] = [];
  const parts = posted.map(({ part }) => part);
  if (new Set(parts).size < parts.length) {
    problems.push(`is in the chat more than once (parts ${parts.join(', ')})`);
  }
  if (parts.some((part, index) => part !== index + 1)) {
    problems.push(`parts stand as ${parts.join(', ')}`);
  }
  return problems;
}

/** In the right chat, as written, by the one who wrote it. */
function judgeContent({ sent, traces: { posted } }: Case, { relinked }: Evidence): readonly string[] {
  const problems: string[] = [];
  // A command that hung in a replica was perhaps accepted only after its sender had become somebody else.
  const isCertain = sent.takenAt !== undefined || !relinked.includes(sent.writer.name);
  const authors = isCertain ? [sent.authorId] : [sent.writer.userId, otherAccountId];
  for (const { task, part, message } of posted) {
    if (task !== sent.task) {
      problems.push(`is in the chat of task ${task}`);
    }
    if (!authors.includes(message.author.id)) {
      problems.push(`has the author ${message.author.id}, not ${authors}`);
    }
    const expected =
      partsOf(sent) === 1 ? message.text === sent.text : message.text.startsWith(`(${part}/${partsOf(sent)})\n`);
    if (!expected) {
      problems.push(`reads "${message.text.slice(0, 60)}"`);
    }
  }
  return problems;
}

/** What was not delivered ended so for a reason: nobody may write to the task, time ran out, or somebody took it back. */
function judgeReason({ sent, replies, finals }: Case, { relinked }: Evidence): readonly string[] {
  const [final] = finals;
  const saidCancelled = replies.some(({ seen }) => seen.text.startsWith('Taken back:'));
  if (saidCancelled && final?.meaning !== 'cancelled') {
    return ['went on although its sender was told "Taken back"'];
  }
  switch (final?.meaning) {
    case 'refused':
      return sent.task === closedTask ? [] : ['was refused where everybody may write'];
    case 'expired': {
      const afterMs = final.seen.at - sent.sentAt;
      return afterMs >= deadlineMs ? [] : [`expired after ${afterMs} ms`];
    }
    case 'cancelled':
      return sent.cancelPressed || relinked.includes(sent.writer.name)
        ? []
        : ['was cancelled, and nobody asked for it'];
    default:
      return [];
  }
}

/** A portal that ignores the key gets nothing again that it may have executed, where nobody can look for it. */
function judgeRepeats({ traces: { requests } }: Case, { honoursKeys, readsChats }: Evidence): readonly string[] {
  if (honoursKeys || readsChats) {
    return [];
  }
  return [...Map.groupBy(requests, ({ key }) => key).values()].flatMap((attempts) =>
    attempts.slice(0, -1).some((attempt) => wasUnanswered(attempt) || wasServerError(attempt) || attempt.executed)
      ? ['was sent again to a portal that ignores the key']
      : [],
  );
}

/**
 * Everybody is told exactly once how it ended; the same once more only after something could not be written down, or by
 * another replica where telling took longer than a report is left to the one that has it.
 */
function judgeReplies(one: Case, { outages, replicas = 1 }: Evidence): readonly string[] {
  const { sent, traces, replies, finals } = one;
  const problems: string[] = [];
  const strange = replies.filter(({ meaning }) => meaning === 'strange');
  problems.push(...strange.map(({ seen }) => `was answered "${seen.text}"`));
  const mustEnd = sent.takenAt !== undefined || traces.posted.length > 0 || has(replies, 'waiting');
  if (mustEnd && finals.length === 0) {
    problems.push('its sender was never told how it ended');
  }
  if (sent.handedOver === 1 && has(replies, 'not-taken') && traces.requests.length + finals.length > 0) {
    problems.push('went on although its sender was told that nothing was sent');
  }
  if (new Set(finals.map(({ seen }) => withoutNames(seen.text))).size > 1) {
    problems.push(`ended as ${finals.map(({ seen }) => `"${seen.text}"`).join(' and ')}`);
  }
  finals.slice(1).forEach(({ seen }, index) => {
    const before = finals[index]?.seen.at ?? 0;
    const excused = outages.some(({ from, to }) => from <= seen.at && to >= before - 200);
    const claimedAnew = replicas > 1 && seen.at >= earliestEnd(one) + reportLeaseMs;
    if (!excused && !claimedAnew) {
      problems.push(`its end was told again after ${seen.at - before} ms, with nothing to excuse it`);
    }
  });
  return problems;
}

/** How long a report is left to the process that has it. Source: `reportLeaseMs` of the outbox. */
const reportLeaseMs = 3 * chaosTiming.leaseMs;

/** Before its last request was with the portal nobody can have claimed the report about it. */
function earliestEnd({ sent, traces }: Case): number {
  return Math.max(sent.sentAt, ...traces.requests.map(({ at }) => at));
}

/**
 * The title of a task is in a reply when it is known in time, and the beginning of the message in what does not come
 * where it was typed; both say nothing about how it ended.
 */
function withoutNames(text: string): string {
  return text.replaceAll(/ “(?:Task \d+|m\d+ from [^”]*)”/g, '');
}

/** What was reported is what is in the chat. */
function judgeOutcome({ sent, traces, finals }: Case, evidence: Evidence): readonly string[] {
  const [final] = finals;
  if (!final) {
    return [];
  }
  const { meaning, seen } = final;
  const there = traces.posted.length;
  const told = partsToldOf(meaning, seen.text, sent);
  switch (meaning) {
    case 'unknown': {
      const possible = there === told || there === told + 1;
      const problems = possible ? [] : [`was reported unknown after ${told} parts, and ${there} are there`];
      return [...problems, ...judgeDoubt(traces, seen.at, sent, evidence)];
    }
    default:
      return there === told ? [] : [`was reported ${meaning} ("${seen.text}"), and ${there} parts are there`];
  }
}

/** How many parts are there for certain, by the words of the reply. */
function partsToldOf(meaning: Meaning, text: string, sent: Sent): number {
  if (meaning === 'delivered') {
    return partsOf(sent);
  }
  const [, last] = /part(?:s 1–| )(\d+) of \d+ went out/.exec(text) ?? [];
  return Number(last ?? 0);
}

/**
 * Nobody is left in doubt without a reason. A portal that honours the key gives two: it answered with a fault of its own,
 * or it refused the repeat of an attempt that may have run.
 */
function judgeDoubt(
  { requests }: Traces,
  endedAt: number,
  sent: Sent,
  { honoursKeys, readsChats, relinked, outages, breaks = [] }: Evidence,
): readonly string[] {
  if (readsChats && !relinked.includes(sent.writer.name) && sent.task !== closedTask) {
    // An attempt that died with its process may never have reached the portal, and counts all the same.
    const died = outages.filter(({ from, to }) => from <= endedAt && to >= sent.sentAt).length;
    return requests.length + died <= maxResends ? ['is reported unknown although the chat could be read'] : [];
  }
  if (requests.some(wasServerError)) {
    return [];
  }
  const disturbances = [...outages, ...breaks];
  const doubtful = requests.some((request) => wasUnanswered(request) || wasInterrupted(request, disturbances));
  const neverArrived = disturbances.some(({ from, to }) => from <= endedAt && to >= sent.sentAt);
  if (!doubtful && !neverArrived) {
    return ['is reported unknown although nothing stood in the way of an answer'];
  }
  const mayRepeat = honoursKeys && !relinked.includes(sent.writer.name);
  const refused = requests.at(-1)?.code !== undefined;
  return mayRepeat && !refused ? ['is reported unknown although the portal honours the key'] : [];
}

/** What is surely not there goes out anew so often. */
const maxResends = 2;

/** Whatever was accepted before another was sent stands before it. */
function judgeOrder(lane: readonly Case[]): readonly Disorder[] {
  const there = lane.filter(({ traces }) => traces.posted.length > 0);
  return there.flatMap((one) =>
    there
      .filter((other) => (one.sent.takenAt ?? Number.POSITIVE_INFINITY) <= other.sent.sentAt)
      .filter((other) => lastPlaceOf(one) > firstPlaceOf(other))
      .map((other) => ({
        problem: `${describeCase(other)} stands before ${describeCase(one)}`,
        cameLate: cameLate(one, other),
        about: [one, other],
      })),
  );
}

type Disorder = { readonly problem: string; readonly cameLate: boolean; readonly about: readonly Case[] };

/** Both were sent in order; the portal ran the end of the first one late, when nobody could wait for its answer any more. */
function cameLate(one: Case, other: Case): boolean {
  const ran = one.traces.requests.filter(({ executed }) => executed);
  const isCopied = new Set(ran.map(({ key }) => key)).size < ran.length;
  const nextAt = other.traces.requests[0]?.at ?? 0;
  return one.finals[0]?.meaning === 'unknown' && !isCopied && ran.every(({ at }) => at < nextAt);
}
