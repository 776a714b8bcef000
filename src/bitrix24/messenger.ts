import { z } from 'zod';
import type { AttemptResult, Messenger } from '../delivery/ports.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { Rest, RestResult } from './rest.ts';

/** The dependencies of the messenger. */
export type MessengerDeps = {
  readonly rest: Rest;
  /** How long a portal may take to answer, counted from when the request left (`BITRIX24_TIMEOUT_MS`). */
  readonly timeoutMs: number;
};

/** Success says no more than this; the message's id is not given. Source: tasks.task.chat.message.send, REST 3.0. */
const sent = z.object({ result: z.literal(true) });

/** Creates the messenger that puts parts into task chats through tasks.task.chat.message.send. */
export function createMessenger({ rest, timeoutMs }: MessengerDeps): Messenger {
  return {
    async send({ credential, key, request, leaveWithinMs }) {
      const result = await rest.call({
        credential,
        api: 'v3',
        method: 'tasks.task.chat.message.send',
        parameters: request,
        idempotencyKey: key,
        leaveWithinMs,
        answerWithinMs: timeoutMs,
      });
      return attemptResult(result);
    },
  };
}

function attemptResult(result: RestResult): AttemptResult {
  const { verdict } = result;
  switch (verdict.kind) {
    case 'key-reused':
      return { kind: 'key-reused' };
    case 'failed':
      return failed(result, verdict.failure);
    case 'result':
      if (sent.safeParse(verdict.result).success) {
        return { kind: 'delivered', honoursKey: result.echoedKey };
      }
      return failed(result, { kind: 'unexpected', code: 'unknown-result', status: 200 });
    default:
      return verdict satisfies never;
  }
}

/** An error without the key says nothing about the portal: refusals in front of REST 3.0 never carry it. */
function failed({ left, sinceLeftMs, echoedKey }: RestResult, failure: PortalFailure): AttemptResult {
  return { kind: 'failed', failure, left, sinceLeftMs, ...(echoedKey ? { honoursKey: true } : {}) };
}
