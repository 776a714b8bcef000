import { cpus, totalmem } from 'node:os';
import type { Aim, Figure, Findings } from './figures.ts';

/** What a run measured, and on which machine. */
export type Report = {
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number; readonly memoryGiB: number };
  readonly mode: 'full' | 'quick';
  readonly startedAt: string;
  readonly sections: Readonly<Record<string, Findings>>;
};

/** The report of a run on this machine. */
export function createReport(
  mode: Report['mode'],
  startedAt: Date,
  sections: Readonly<Record<string, Findings>>,
): Report {
  const processors = cpus();
  return {
    machine: {
      node: process.version,
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    mode,
    startedAt: startedAt.toISOString(),
    sections,
  };
}

/** The report as people read it. */
export function renderTable({ machine, mode, sections }: Report): string {
  const head = ['', 'b24task', 'baseline', 'ratio', 'difference', 'aim', ''];
  const blocks = Object.entries(sections).map(([name, { figures, conditions }]) => {
    const rows = figures.map(cellsOf);
    return [`\n${name}`, ...conditions.map((condition) => `  ${condition}`), '', ...align([head, ...rows])].join('\n');
  });
  const { node, cpu, cores, memoryGiB } = machine;
  const title = `b24task bench (${mode}): Node ${node}, ${cores} × ${cpu}, ${memoryGiB} GiB. Medians of rounds; ratios within rounds.`;
  return [title, ...blocks, ''].join('\n');
}

function cellsOf({ name, unit, ours, baseline, ratio, difference, aim }: Figure): readonly string[] {
  return [
    name,
    `${show(ours)} ${unit}`,
    baseline ? `${show(baseline.value)} ${unit} (${baseline.name})` : '',
    ratio === undefined ? '' : ratio.toFixed(2),
    difference === undefined ? '' : `${difference > 0 ? '+' : ''}${show(difference)} ${unit}`,
    aim ? describeAim(aim, unit) : '',
    aim ? (aim.met ? 'met' : 'MISSED') : '',
  ];
}

function describeAim({ of, bound, limit }: Aim, unit: string): string {
  const sign = bound === 'at least' ? '≥' : '≤';
  if (of === 'ratio') {
    return `ratio ${sign} ${limit}`;
  }
  return `${sign} ${of === 'difference' && limit > 0 ? '+' : ''}${show(limit)} ${unit}`;
}

function show(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2);
}

function align(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? `  ${cell.padEnd(columns[column] ?? 0)}` : cell.padStart(columns[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
