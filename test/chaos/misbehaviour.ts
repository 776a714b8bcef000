import type { Fault, RequestInfo } from '../../src/sandbox/bitrix24/faults/faults.ts';
import { chance } from './random.ts';
import { latestExecutionMs, portalLimitMs } from './scale.ts';

/** How a portal misbehaves: what happens to a request depends on the seed, its message and its attempt, not on time. */
export type Misbehaviour = {
  readonly script: (request: RequestInfo) => Fault | undefined;
  /** Resolves when nothing that began late is still running. */
  settled(): Promise<void>;
};

type Choice = { readonly weight: number; readonly fault: (chance: number) => Fault | undefined };

/** Creates the script of a portal that mostly works. */
export function createMisbehaviour(seed: string): Misbehaviour {
  const attempts = new Map<string, number>();
  const late = new Set<Promise<void>>();
  let looks = 0;
  const choices: readonly Choice[] = [...quickChoices, { weight: 8, fault: (place) => executeLate(place, late) }];
  const total = totalOf(choices);

  return {
    script({ method, bodyHash }) {
      if (method === 'im.dialog.messages.get') {
        looks += 1;
        return choose(lookChoices, chance(seed, `look ${looks}`) * totalOf(lookChoices))?.fault(0);
      }
      if (method !== 'tasks.task.chat.message.send') {
        return undefined;
      }
      const attempt = (attempts.get(bodyHash) ?? 0) + 1;
      attempts.set(bodyHash, attempt);
      const name = `${bodyHash} ${attempt}`;
      return choose(choices, chance(seed, `fault ${name}`) * total)?.fault(chance(seed, `place ${name}`));
    },
    async settled() {
      await Promise.all(late);
    },
  };
}

/** A chat that cannot be read now can be read later. */
const lookChoices: readonly Choice[] = [
  { weight: 12, fault: () => undefined },
  { weight: 1, fault: () => ({ kind: 'throttle' }) },
  { weight: 1, fault: () => ({ kind: 'reset', moment: 'after' }) },
  { weight: 1, fault: () => ({ kind: 'html', status: 502, moment: 'before' }) },
  { weight: 1, fault: () => ({ kind: 'cut' }) },
];

function totalOf(choices: readonly Choice[]): number {
  return choices.reduce((sum, { weight }) => sum + weight, 0);
}

const quickChoices: readonly Choice[] = [
  { weight: 60, fault: () => undefined },
  { weight: 4, fault: () => ({ kind: 'throttle' }) },
  { weight: 1, fault: () => ({ kind: 'time-limit', shape: 'v3' }) },
  {
    weight: 1,
    fault: () => ({ kind: 'error', code: 'CONNECTION_ERROR', status: 401, shape: 'flat', moment: 'before' }),
  },
  { weight: 3, fault: () => ({ kind: 'reset', moment: 'before' }) },
  { weight: 4, fault: () => ({ kind: 'reset', moment: 'after' }) },
  { weight: 2, fault: () => serverError('before') },
  { weight: 3, fault: () => serverError('after') },
  { weight: 2, fault: () => ({ kind: 'html', status: 502, moment: 'before' }) },
  { weight: 4, fault: () => ({ kind: 'html', status: 504, moment: 'after' }) },
  { weight: 1, fault: () => ({ kind: 'html', status: 200, moment: 'after' }) },
  { weight: 2, fault: () => ({ kind: 'cut' }) },
  { weight: 1, fault: () => ({ kind: 'garbage', moment: 'after' }) },
  { weight: 1, fault: () => ({ kind: 'empty', status: 200, moment: 'after' }) },
  { weight: 1, fault: () => ({ kind: 'redirect', status: 302, to: '/elsewhere' }) },
  { weight: 2, fault: () => ({ kind: 'lost', moment: 'after' }) },
  { weight: 1, fault: () => ({ kind: 'lost', moment: 'before' }) },
  { weight: 3, fault: (place) => ({ kind: 'slow', ms: place * latestExecutionMs, moment: 'after' }) },
  // Never executed: the portal ends the request itself, with a page.
  { weight: 1, fault: () => ({ kind: 'slow', ms: portalLimitMs + 1, moment: 'before' }) },
];

function serverError(moment: 'before' | 'after'): Fault {
  return { kind: 'error', code: 'INTERNAL_SERVER_ERROR', status: 500, shape: 'flat', moment };
}

/** Executes late, also when the caller has gone, but never later than it says: when the machine stood still, not at all. */
function executeLate(place: number, late: Set<Promise<void>>): Fault {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  late.add(over);
  const delayMs = place * latestExecutionMs;
  const arrived = (): void => {
    const startedAt = performance.now();
    setTimeout(() => {
      if (performance.now() - startedAt < portalLimitMs) {
        release();
      }
      end();
    }, delayMs);
  };
  return { kind: 'held', moment: 'before', arrived, released };
}

function choose(choices: readonly Choice[], place: number): Choice | undefined {
  let reached = 0;
  return choices.find(({ weight }) => {
    reached += weight;
    return place < reached;
  });
}
