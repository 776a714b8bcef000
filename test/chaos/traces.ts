import type { RequestRecord } from '../../src/sandbox/bitrix24/request-log.ts';
import type { ChatMessage } from '../../src/sandbox/bitrix24/state.ts';
import type { Outage } from './deployment.ts';
import { timeoutMs } from './scale.ts';

/** One message in a chat, and where it stands there. */
type Posted = {
  readonly task: number;
  readonly place: number;
  readonly part: number;
  readonly message: ChatMessage;
};

/** What the portal knows about one delivery. */
export type Traces = { readonly posted: readonly Posted[]; readonly requests: readonly RequestRecord[] };

/** The portal's traces by delivery. What carries no key is under the empty name. */
export function collectTraces(
  chats: ReadonlyMap<number, readonly ChatMessage[]>,
  requests: readonly RequestRecord[],
): ReadonlyMap<string, Traces> {
  const posted = Map.groupBy(
    [...chats].flatMap(([task, messages]) =>
      messages.map((message, place) => ({ task, place, part: partOf(message.key), message })),
    ),
    ({ message }) => deliveryOf(message.key),
  );
  const asked = Map.groupBy(
    requests.filter(({ method }) => method === 'tasks.task.chat.message.send'),
    ({ key }) => deliveryOf(key),
  );
  const ids = new Set([...posted.keys(), ...asked.keys()]);
  return new Map([...ids].map((id) => [id, { posted: posted.get(id) ?? [], requests: asked.get(id) ?? [] }]));
}

function deliveryOf(key = ''): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.')));
}

function partOf(key = ''): number {
  return Number(key.slice(key.lastIndexOf('.') + 1));
}

/** Faults after which the caller has nothing that it could call the portal's answer. */
const withoutAnswer = /^(?:reset|lost|cut|html|empty|garbage|redirect|slow 1\d{3})/;

const answersBadly = /^error INTERNAL_SERVER_ERROR/;

/** Whether the portal broke off, lied or stayed silent. */
export function wasUnanswered({ fault = '' }: RequestRecord): boolean {
  return withoutAnswer.test(fault);
}

/** Whether the portal answered with a fault of its own, which says nothing about what it did. */
export function wasServerError({ fault = '' }: RequestRecord): boolean {
  return answersBadly.test(fault);
}

/** Whether an answer may have come too late, because its reader was gone or could not write it down. */
export function wasInterrupted({ at }: Pick<RequestRecord, 'at'>, outages: readonly Outage[]): boolean {
  return outages.some(({ from, to }) => at <= to && at + 2 * timeoutMs >= from);
}
