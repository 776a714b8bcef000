import type { Clock } from '../domain/clock.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { Result } from '../domain/result.ts';

/** Keeps answers for a while, the latest 5,000; questions that are asked at the same time are asked once. */
export type Shelf<Value> = {
  put(key: string, value: Value): void;
  /** What is kept, without asking. */
  peek(key: string): Value | undefined;
  /** What is kept, else the answer to `ask`, which is kept when it is a success. */
  take(key: string, ask: () => Promise<Result<Value, PortalFailure>>): Promise<Result<Value, PortalFailure>>;
};

type Kept<Value> = { readonly value: Value; readonly until: number };

const mostKept = 5_000;

/** Creates an empty shelf. */
export function createShelf<Value>(keepMs: number, clock: Pick<Clock, 'monotonic'>): Shelf<Value> {
  const kept = new Map<string, Kept<Value>>();
  const asking = new Map<string, Promise<Result<Value, PortalFailure>>>();
  return { put, peek, take };

  function put(key: string, value: Value): void {
    kept.delete(key);
    for (const oldest of kept.keys()) {
      if (kept.size < mostKept) {
        break;
      }
      kept.delete(oldest);
    }
    kept.set(key, { value, until: clock.monotonic() + keepMs });
  }

  function peek(key: string): Value | undefined {
    const found = kept.get(key);
    return found && found.until > clock.monotonic() ? found.value : undefined;
  }

  async function take(
    key: string,
    ask: () => Promise<Result<Value, PortalFailure>>,
  ): Promise<Result<Value, PortalFailure>> {
    const known = peek(key);
    if (known !== undefined) {
      return { ok: true, value: known };
    }
    const asked = asking.get(key) ?? ask().finally(() => asking.delete(key));
    asking.set(key, asked);
    const answer = await asked;
    if (answer.ok) {
      put(key, answer.value);
    }
    return answer;
  }
}
