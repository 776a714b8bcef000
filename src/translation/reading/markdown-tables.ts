import type { Construct } from './markdown-construct.ts';
import { readMarkdownInlines } from './markdown-inlines.ts';

/** A table that begins at a line, and where it ends. `undefined` when the next line does not rule off a header. */
export function readMarkdownTable(lines: readonly string[], at: number): Construct | undefined {
  const header = cellsOf(lines[at] ?? '');
  const ruler = cellsOf(lines[at + 1] ?? '');
  if (header.length === 0 || ruler.length !== header.length || !ruler.every((cell) => /^:?-+:?$/.test(cell))) {
    return undefined;
  }
  const rows = [header];
  let next = at + 2;
  for (let row = cellsOf(lines[next] ?? ''); row.length > 0; row = cellsOf(lines[next] ?? '')) {
    rows.push(row);
    next += 1;
  }
  return { blocks: [{ kind: 'table', rows: rows.map((row) => row.map(readMarkdownInlines)) }], next };
}

/** The cells of a line; none where it has no bars. */
function cellsOf(line: string): readonly string[] {
  const row = line.trim();
  if (!row.includes('|')) {
    return [];
  }
  const inner = row.slice(row.startsWith('|') ? 1 : 0, row.endsWith('|') && row.length > 1 ? -1 : undefined);
  return inner.split('|').map((cell) => cell.trim());
}
