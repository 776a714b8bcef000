/** One round's value of the service and of its baseline, measured one right after the other. */
export type Pair = { readonly ours: number; readonly baseline: number };

/** What is hoped for: a bound on the ratio, on the difference, or on the value itself. */
export type Aim = {
  readonly of: 'ratio' | 'difference' | 'value';
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
};

/** One measured quantity. Without a baseline only its own value counts. */
export type Figure = {
  readonly section: string;
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly baseline?: { readonly name: string; readonly value: number };
  readonly ratio?: number;
  readonly difference?: number;
  readonly rounds?: readonly Pair[];
  readonly aim?: Aim & { readonly met: boolean };
};

/** What a section found out, and the conditions that belong to its figures. */
export type Findings = { readonly figures: readonly Figure[]; readonly conditions: readonly string[] };

type Naming = { readonly section: string; readonly name: string; readonly unit: string };

/**
 * A figure from rounds: the medians of both sides, and the median of the rounds' own ratios and differences. These
 * machines are noisy, and what slows one round down slows both of its sides.
 */
export function compare(naming: Naming & { baseline: string }, rounds: readonly Pair[], aim?: Aim): Figure {
  const { baseline, ...named } = naming;
  return judge(
    {
      ...named,
      ours: median(rounds.map((round) => round.ours)),
      baseline: { name: baseline, value: median(rounds.map((round) => round.baseline)) },
      ratio: median(rounds.map((round) => round.ours / round.baseline)),
      difference: median(rounds.map((round) => round.ours - round.baseline)),
      rounds,
    },
    aim,
  );
}

/** A figure that has no counterpart. */
export function single(naming: Naming, ours: number, aim?: Aim): Figure {
  return judge({ ...naming, ours }, aim);
}

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** The smallest value that at least `share` (0 to 1) of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function judge(figure: Figure, aim: Aim | undefined): Figure {
  if (!aim) {
    return figure;
  }
  const judged = { ratio: figure.ratio, difference: figure.difference, value: figure.ours }[aim.of] ?? Number.NaN;
  return { ...figure, aim: { ...aim, met: aim.bound === 'at least' ? judged >= aim.limit : judged <= aim.limit } };
}
