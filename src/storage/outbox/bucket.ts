import type { Rate } from '../../domain/portal.ts';

/** Calls that a portal's bucket had room for at a time (epoch ms). May be negative. */
export type Level = { readonly tokens: number; readonly at: number };

/** Places that deliveries leave for calls that a person waits for. */
const maxReserve = 2;

/** Sums of fractions of a place are not exact. */
const roundingError = 1e-6;

/** Room of an untouched bucket: one place is kept as a margin against jitter on the way. */
export function capacityOf(rate: Rate): number {
  return Math.max(1, rate.burst - 1);
}

/** Slots that deliveries leave free. */
export function reserveOf(rate: Rate): number {
  return Math.min(maxReserve, capacityOf(rate) - 1);
}

/** The level at `now`. When the clock was set back, this step refills nothing; later ones do. */
export function refill(level: Level, rate: Rate, now: number): Level {
  const elapsedMs = Math.max(0, now - level.at);
  const tokens = Math.min(capacityOf(rate), level.tokens + (elapsedMs * rate.perSecond) / 1_000);
  return { tokens, at: now };
}

/** In how many ms there is room for `slots` calls. */
export function waitForMs(level: Level, rate: Rate, slots: number): number {
  return Math.max(0, Math.ceil(((slots - level.tokens - roundingError) * 1_000) / rate.perSecond));
}

/** How many deliveries may leave now. */
export function roomFor(level: Level, rate: Rate): number {
  return Math.max(0, Math.floor(level.tokens - reserveOf(rate) + roundingError));
}

/** The portal said that it is full: one below empty, so that the margin stays. */
export const fullLevel = -1;
