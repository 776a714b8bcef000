import type { Clock } from '../domain/clock.ts';
import type { Rest, RestResult } from './rest.ts';

/** Is told of every call: its method, what came of it (`result`, or the kind of failure), and how long it took. */
export type CallObserver = (method: string, outcome: string, tookMs: number) => void;

/** The same calls, each of them told to `observe`. What was not sent because the portal asked for quiet counts too. */
export function createObservedRest(rest: Rest, clock: Pick<Clock, 'monotonic'>, observe: CallObserver): Rest {
  return {
    async call(call) {
      const begunAt = clock.monotonic();
      const result = await rest.call(call);
      observe(call.method, outcomeOf(result), clock.monotonic() - begunAt);
      return result;
    },
  };
}

function outcomeOf({ verdict }: RestResult): string {
  return verdict.kind === 'failed' ? verdict.failure.kind : verdict.kind;
}
