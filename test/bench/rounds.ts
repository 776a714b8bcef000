import { setTimeout as sleep } from 'node:timers/promises';
import type { Pair } from './figures.ts';

/**
 * Measures both sides in turns, `count` times, and lets the other one begin each time: what changes on the machine
 * meanwhile meets both alike.
 */
export async function alternate<Value>(
  count: number,
  ours: (round: number) => Promise<Value>,
  baseline: (round: number) => Promise<Value>,
): Promise<readonly { readonly ours: Value; readonly baseline: Value }[]> {
  const rounds: { ours: Value; baseline: Value }[] = [];
  for (let round = 0; round < count; round += 1) {
    if (round % 2 === 0) {
      const first = await ours(round);
      rounds.push({ ours: first, baseline: await baseline(round) });
    } else {
      const first = await baseline(round);
      rounds.push({ ours: await ours(round), baseline: first });
    }
  }
  return rounds;
}

/** Both sides of each round, where both have it. */
export function beside<Value>(ours: readonly Value[], baselines: readonly Value[]) {
  return ours.flatMap((own, round) => {
    const baseline = baselines[round];
    return baseline === undefined ? [] : [{ ours: own, baseline }];
  });
}

/** One quantity of each round. */
export function pairs<Value>(
  rounds: readonly { readonly ours: Value; readonly baseline: Value }[],
  quantity: (value: Value) => number,
): readonly Pair[] {
  return rounds.map(({ ours, baseline }) => ({ ours: quantity(ours), baseline: quantity(baseline) }));
}

const askEveryMs = 20;

/** Waits until there are `wanted` of something; rejects when that takes longer than `withinMs`. */
export async function waitForCount(count: () => Promise<number>, wanted: number, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  for (;;) {
    const reached = await count();
    if (reached >= wanted) {
      return;
    }
    if (performance.now() > until) {
      throw new Error(`${reached} of ${wanted} within ${withinMs} ms`);
    }
    await sleep(askEveryMs);
  }
}
