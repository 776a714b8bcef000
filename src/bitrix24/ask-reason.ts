import type { Pacer } from '../delivery/ports.ts';
import type { Clock } from '../domain/clock.ts';
import { explainsRefusals, type PortalFailure } from '../domain/failure.ts';
import type { Credential } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Rest, RestCall } from './rest.ts';

/** What asking a portal for the reason of a refusal needs. */
export type ReasonDeps = {
  readonly rest: Rest;
  readonly pacer: Pick<Pacer, 'draw' | 'markFull'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
};

/** What `profile` said: the credential works, why it does not, or `unknown` when the answer does not tell. */
type Reason = 'accepted' | 'unknown' | PortalFailure;

/** How long the reason may take, while the sender of a message waits for news. */
const reasonWithinMs = 5_000;

/**
 * Creates calls whose refusals have a reason. REST 3.0 answers every failed authentication with 401 and one code,
 * whether the token has expired, the authorisation server is down, the portal is overloaded or its plan has ended, and
 * 400 with the same code while the site is closed; so builds do that were seen. REST 2 names the reason: `profile`
 * needs no permission, changes nothing, and is asked once for all who wait for the same credential. Without a place in
 * the portal's bucket it is not asked, and the call is to be made again later.
 */
export function createReasonedRest({ rest, pacer, clock, log }: ReasonDeps): Rest {
  const underWay = new Map<string, Promise<Reason>>();
  return {
    async call(call) {
      const begunAt = clock.monotonic();
      const result = await rest.call(call);
      const { verdict } = result;
      if (verdict.kind !== 'failed' || !verdict.unexplained) {
        return result;
      }
      const leftMs = (call.totalMs ?? Number.POSITIVE_INFINITY) - (clock.monotonic() - begunAt);
      const reason = await reasonOf(call, Math.min(reasonWithinMs, leftMs));
      return { ...result, verdict: { ...verdict, failure: decided(verdict.failure, reason) } };
    },
  };

  function reasonOf({ credential }: RestCall, withinMs: number): Promise<Reason> {
    const key = keyOf(credential);
    const asked = underWay.get(key) ?? ask(credential, withinMs).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  }

  async function ask(credential: Credential, withinMs: number): Promise<Reason> {
    try {
      if (withinMs <= 0 || (await pacer.draw(credential.portal)).waitMs > 0) {
        return 'unknown';
      }
      const limits = { leaveWithinMs: withinMs, answerWithinMs: withinMs, totalMs: withinMs };
      const { verdict } = await rest.call({ credential, api: 'v2', method: 'profile', parameters: '{}', ...limits });
      if (verdict.kind === 'result') {
        return isNobody(verdict.result) ? { kind: 'credential-rejected' } : 'accepted';
      }
      if (verdict.kind === 'failed' && verdict.failure.kind === 'throttled') {
        await pacer.markFull(credential.portal);
      }
      return verdict.kind === 'failed' && explainsRefusals(verdict.failure) ? verdict.failure : 'unknown';
    } catch (error) {
      log.error({ error }, 'the reason of a refusal could not be asked for; the call is made again later');
      return 'unknown';
    }
  }
}

/** What is accepted now was refused for something that has passed, unless it was about the task. */
function decided(refusal: PortalFailure, reason: Reason): PortalFailure {
  if (reason === 'accepted') {
    return refusal.kind === 'credential-rejected' ? { kind: 'authorisation-unavailable' } : refusal;
  }
  return reason === 'unknown' ? { kind: 'authorisation-unavailable' } : reason;
}

/** A user who is not active gets an empty object or list. Source: Bitrix24 documentation, `profile`. */
function isNobody(result: unknown): boolean {
  return typeof result === 'object' && result !== null && Object.keys(result).length === 0;
}

function keyOf(credential: Credential): string {
  const secret = credential.kind === 'webhook' ? credential.secret : credential.accessToken;
  return `${credential.portal} ${secret.reveal()}`;
}
