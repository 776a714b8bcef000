import { createHash } from 'node:crypto';

/** Numbers that only depend on a seed and on how often they were asked for. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
};

/** Random numbers of one part of a run; parts with other names do not disturb them. */
export function createRandom(seed: string, name: string): Random {
  let asked = 0;
  const next = (): number => {
    asked += 1;
    return chance(seed, `${name} ${asked}`);
  };
  return { next, between: (low, high) => low + next() * (high - low) };
}

/** The number in [0, 1) that belongs to this name. */
export function chance(seed: string, name: string): number {
  return createHash('sha256').update(`${seed} ${name}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
