import type { Clock } from '../domain/clock.ts';
import type { PortalOrigin } from '../domain/portal.ts';

/** Leave to repeat a part now, or in how many ms to ask again. */
type RepeatTurn = { readonly kind: 'now'; leave(): void } | { readonly kind: 'later'; readonly waitMs: number };

/** Lets a portal's repeats go a few at a time. */
export type RepeatTurns = { enter(portal: PortalOrigin): RepeatTurn };

/** How many repeats to one portal are on their way at once. */
const maxAtOnce = 4;

type Portal = { underWay: number; nextAt: number };

/**
 * Creates the turns. What may have run and is repeated is also what was on its way when the process died, and may be
 * what it died of: all of it at once would end the process again at every start. Those who must wait are asked again
 * one after another, a few in each `stepMs`, so that thousands of them do not ask all the time.
 */
export function createRepeatTurns(clock: Pick<Clock, 'monotonic'>, stepMs: number): RepeatTurns {
  const portals = new Map<PortalOrigin, Portal>();
  return {
    enter(origin) {
      const now = clock.monotonic();
      const portal = portals.get(origin) ?? { underWay: 0, nextAt: now };
      portals.set(origin, portal);
      if (portal.underWay >= maxAtOnce) {
        const at = Math.max(portal.nextAt, now + stepMs);
        portal.nextAt = at + stepMs / maxAtOnce;
        return { kind: 'later', waitMs: at - now };
      }
      portal.underWay += 1;
      return { kind: 'now', leave: () => leave(origin, portal) };
    },
  };

  function leave(origin: PortalOrigin, portal: Portal): void {
    portal.underWay -= 1;
    if (portal.underWay === 0 && portal.nextAt <= clock.monotonic()) {
      portals.delete(origin);
    }
  }
}
