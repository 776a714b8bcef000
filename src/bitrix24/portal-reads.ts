import type { z } from 'zod';
import type { Pacer } from '../delivery/ports.ts';
import { type Clock, pause } from '../domain/clock.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { Rest, RestCall } from './rest.ts';

/** A call that changes nothing on the portal, and what its `result` must look like. */
type Question<Value> = Pick<RestCall, 'credential' | 'api' | 'method'> & {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly answer: z.ZodType<Value>;
  /** When to give up, on the monotonic clock: questions for one person share it. */
  readonly giveUpAt: number;
  /** People ask so at every key press: messages that wait for the portal come between. */
  readonly yields?: true;
};

type Timed<Value> = { readonly value: Value; readonly finishedAt: number };

/** Asks portals for things that a person waits for. */
export type PortalReads = {
  /** The moment `withinMs` from now, for the questions that follow. */
  deadline(withinMs: number): number;
  ask<Value>(question: Question<Value>): Promise<Result<Value, PortalFailure>>;
  /** With the time on the portal's clock, in epoch ms; an answer without it is not understood. */
  askTimed<Value>(question: Question<Value>): Promise<Result<Timed<Value>, PortalFailure>>;
};

/** The dependencies of portal reads. */
export type PortalReadsDeps = { readonly rest: Rest; readonly pacer: Pacer; readonly clock: Clock };

const notUnderstood: PortalFailure = { kind: 'unexpected', code: 'unknown-result', status: 200 };

/** Creates the asking. Each question takes a place in the portal's bucket, and waits for one while time allows. */
export function createPortalReads({ rest, pacer, clock }: PortalReadsDeps): PortalReads {
  return { deadline: (withinMs) => clock.monotonic() + withinMs, ask, askTimed };

  async function ask<Value>(question: Question<Value>): Promise<Result<Value, PortalFailure>> {
    const answered = await call(question);
    return answered.ok ? success(answered.value.value) : answered;
  }

  async function askTimed<Value>(question: Question<Value>): Promise<Result<Timed<Value>, PortalFailure>> {
    const answered = await call(question);
    if (!answered.ok) {
      return answered;
    }
    const { value, finishedAt } = answered.value;
    return finishedAt === undefined ? failed(notUnderstood) : success({ value, finishedAt });
  }

  async function call<Value>(
    question: Question<Value>,
  ): Promise<Result<{ readonly value: Value; readonly finishedAt: number | undefined }, PortalFailure>> {
    const { credential, api, method, parameters = {}, answer, giveUpAt, yields = false } = question;
    if (!(await takePlace(credential.portal, giveUpAt, yields))) {
      return failed({ kind: 'throttled' });
    }
    const leftMs = Math.max(0, giveUpAt - clock.monotonic());
    const limits = { leaveWithinMs: leftMs, answerWithinMs: leftMs, totalMs: leftMs };
    const { verdict, left } = await rest.call({
      credential,
      api,
      method,
      parameters: JSON.stringify(parameters),
      ...limits,
    });
    switch (verdict.kind) {
      case 'result': {
        const read = answer.safeParse(verdict.result);
        if (!read.success) {
          return failed(notUnderstood);
        }
        await pacer.prove(credential.portal);
        return success({ value: read.data, finishedAt: verdict.finishedAtMs });
      }
      case 'key-reused':
        return failed({ kind: 'unexpected', code: 'key-reused', status: 422 });
      case 'failed':
        if (verdict.failure.kind === 'throttled' && left) {
          await pacer.markFull(credential.portal);
        }
        return failed(verdict.failure);
      default:
        return verdict satisfies never;
    }
  }

  async function takePlace(portal: PortalOrigin, giveUpAt: number, yields: boolean): Promise<boolean> {
    for (;;) {
      const { waitMs } = await pacer.draw(portal, { yields });
      if (waitMs <= 0) {
        return true;
      }
      if (clock.monotonic() + waitMs >= giveUpAt) {
        return false;
      }
      await pause(clock, waitMs);
    }
  }
}
