import type { SandboxClock } from '../options.ts';

/** A fault of a Web API method. */
export type Fault =
  /** Slack refuses with this code; `fields` are added to the answer. */
  | { readonly error: string; readonly fields?: Record<string, string> }
  /** Status 429 with this `Retry-After`. */
  | { readonly rateLimitedSeconds: number }
  /** This status, with an HTML page. */
  | { readonly status: number; readonly body?: string }
  /** The call goes on, or is refused with `refusal`, after this long on the real clock. */
  | { readonly slowMs: number; readonly refusal?: string }
  /** The connection is dropped before the method runs. */
  | { readonly reset: true }
  /** The connection is dropped after the method has run, so the caller cannot know. */
  | { readonly lost: true };

/** The faults that are switched on. */
export type Faults = {
  /**
   * Switches a fault on for a method, for `response_url`, or for `*` (every Web API method). With `times` it ends by
   * itself. The function it returns switches it off.
   */
  add(method: string, fault: Fault, times?: number): () => void;
  /**
   * From now on a method takes `perMinute` calls within a minute and answers further ones with 429 and `Retry-After`.
   * Source: docs.slack.dev, "Rate limits": tier 2 is 20, tier 3 is 50, tier 4 is 100 a minute and more.
   */
  limit(method: string, perMinute: number): void;
  /** The fault for a call of this method; `undefined` when there is none. Each call counts against `times`. */
  take(method: string): Fault | undefined;
};

const minuteMs = 60_000;

/** Creates a store in which every fault is off. */
export function createFaults(clock: SandboxClock): Faults {
  const limits = new Map<string, { readonly perMinute: number; taken: readonly number[] }>();
  let active: { method: string; fault: Fault; left: number }[] = [];
  return {
    add(method, fault, times = Number.POSITIVE_INFINITY) {
      const entry = { method, fault, left: times };
      active.push(entry);
      return () => {
        active = active.filter((other) => other !== entry);
      };
    },
    limit(method, perMinute) {
      limits.set(method, { perMinute, taken: [] });
    },
    take(method) {
      const limit = limits.get(method);
      if (limit) {
        const at = clock.now();
        limit.taken = limit.taken.filter((each) => at - each < minuteMs);
        const [oldest = at] = limit.taken;
        if (limit.taken.length >= limit.perMinute) {
          return { rateLimitedSeconds: Math.ceil((oldest + minuteMs - at) / 1_000) };
        }
        limit.taken = [...limit.taken, at];
      }
      const found = active.find(
        (entry) => entry.left > 0 && (entry.method === method || (entry.method === '*' && method !== 'response_url')),
      );
      if (found) {
        found.left -= 1;
      }
      return found?.fault;
    },
  };
}
