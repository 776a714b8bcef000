import { isTakenBack } from '../domain/delivery.ts';
import type { AdministeredDelivery, OutboxTally } from '../storage/outbox/administration.ts';
import type { HistoryEntry } from '../storage/outbox/history.ts';
import { durationOf, momentOf, tableOf } from './table.ts';

/** Deliveries as a table, one line each. */
export function deliveryTable(deliveries: readonly AdministeredDelivery[]): readonly string[] {
  const heads = ['id', 'state', 'age', 'sender', 'portal', 'task', 'why', 'next try'];
  return tableOf(
    heads,
    deliveries.map((each) => {
      const { id, person, portal, task, acceptedAt } = each.delivery;
      return [
        id,
        stateOf(each),
        durationOf(each.now - acceptedAt),
        `${person.tenant}:${person.user}`,
        portal,
        String(task),
        whyOf(each) ?? '-',
        nextTryOf(each),
      ];
    }),
  );
}

/** One delivery with everything that is known about it but its text. */
export function deliveryLines(each: AdministeredDelivery): readonly string[] {
  const { delivery, now, history } = each;
  const { person, acceptedAt, endedAt, deadlineAt, partsDelivered, parts } = delivery;
  const facts: readonly (readonly [string, string])[] = [
    ['id', delivery.id],
    ['state', delivery.ambiguous ? `${stateOf(each)}, may have arrived` : stateOf(each)],
    ['sender', `${person.tenant}:${person.user}, Bitrix24 user ${delivery.bitrixUserId}`],
    ['task', `${delivery.task} on ${delivery.portal}`],
    ['accepted', `${momentOf(acceptedAt)}, ${durationOf(now - acceptedAt)} ago`],
    ...(parts > 1 ? [['parts', `${partsDelivered} of ${parts} delivered`] as const] : []),
    ...(endedAt === undefined
      ? [['next try', nextTryOf(each)] as const, ['given up', momentOf(deadlineAt)] as const]
      : [['ended', `${momentOf(endedAt)}, ${durationOf(endedAt - acceptedAt)} after it was accepted`] as const]),
    ['why', whyOf(each) ?? '-'],
    ['replies', repliesOf(each)],
    ['text', delivery.hasText ? 'kept, encrypted' : 'deleted'],
  ];
  const attempts = history.length > 0 ? history.map(entryLine) : ['  none failed'];
  return [...facts.map(([name, value]) => `${name.padEnd(10)}${value}`), 'attempts', ...attempts];
}

/** The same for programs. */
export function deliveryJson({ delivery, state, history, reported, failures, ...rest }: AdministeredDelivery): string {
  const { id, person, portal, bitrixUserId, task, parts, partsDelivered, ambiguous, hasText } = delivery;
  const { nextAttemptAt, endedAt, waitingFor, outcome } = delivery;
  return JSON.stringify({
    id,
    state,
    ...(isTakenBack(delivery) ? { takenBack: true } : {}),
    ambiguous,
    behind: rest.behind,
    team: person.tenant,
    user: person.user,
    portal,
    bitrixUserId,
    task,
    parts,
    partsDelivered,
    failures,
    reported,
    hasText,
    ...(waitingFor ? { waitingFor: waitingFor.kind } : {}),
    ...(outcome && 'failure' in outcome && outcome.failure ? { failure: outcome.failure.kind } : {}),
    acceptedAt: momentOf(delivery.acceptedAt),
    ageSeconds: Math.round((rest.now - delivery.acceptedAt) / 1_000),
    deadlineAt: momentOf(delivery.deadlineAt),
    ...(nextAttemptAt === undefined ? {} : { nextTryAt: momentOf(nextAttemptAt) }),
    ...(endedAt === undefined ? {} : { endedAt: momentOf(endedAt) }),
    history: history.map((entry) => ({
      ...entry,
      firstAt: momentOf(entry.firstAt),
      lastAt: momentOf(entry.lastAt),
    })),
  });
}

/** How many there are, by portal and state. */
export function tallyTable(tallies: readonly OutboxTally[]): readonly string[] {
  return tableOf(
    ['portal', 'state', 'count', 'oldest'],
    tallies.map(({ portal, state, count, oldestAgeMs }) => [portal, state, String(count), durationOf(oldestAgeMs)]),
  );
}

/** A delivered message may have been taken back since. */
function stateOf({ delivery, state }: AdministeredDelivery): string {
  return isTakenBack(delivery) ? `${state}, taken back` : state;
}

function whyOf({ delivery: { waitingFor, outcome } }: AdministeredDelivery): string | undefined {
  if (outcome?.kind === 'cancelled') {
    return `by ${outcome.by}`;
  }
  return outcome && 'failure' in outcome ? outcome.failure?.kind : waitingFor?.kind;
}

function nextTryOf({ delivery, state, behind, now }: AdministeredDelivery): string {
  if (state === 'sending') {
    return 'under way';
  }
  if (state === 'parked') {
    return 'when the sender has connected again';
  }
  if (state !== 'waiting') {
    return '-';
  }
  if (behind) {
    return 'after an earlier one of its sender';
  }
  const inMs = (delivery.nextAttemptAt ?? now) - now;
  return inMs <= 0 ? 'as soon as the portal has room' : `in ${durationOf(inMs)}`;
}

function repliesOf({ reported, reportAt, now }: AdministeredDelivery): string {
  const made = reported === 'none' ? 'none yet' : `the last was: ${reported}`;
  return reportAt === undefined ? made : `${made}; the next one in ${durationOf(reportAt - now)}`;
}

function entryLine({ firstAt, lastAt, times, part, step, failure }: HistoryEntry): string {
  const when = times > 1 ? `${momentOf(firstAt)} to ${momentOf(lastAt)}, ${times} times` : momentOf(firstAt);
  return `  ${when}  part ${part}: ${step}${failure === undefined ? '' : ` (${failure})`}`;
}
