import type { SqlValue } from '../database.ts';

type SqlType = 'TEXT' | 'BIGINT' | 'DOUBLE PRECISION';

/** Columns of a VALUES clause with their types, in the order in which they are written. */
export type TypedColumns<Name extends string> = readonly (readonly [name: Name, type: SqlType])[];

/** Rows as the body of a VALUES clause, for both engines, the names of its columns, and the parameters it uses. */
export type ValuesList = { readonly names: string; readonly text: string; readonly values: readonly SqlValue[] };

/** Writes `rows` as `(CAST($1 AS TEXT), …), …`. */
export function valuesList<Name extends string>(
  columns: TypedColumns<Name>,
  rows: readonly Readonly<Record<Name, SqlValue>>[],
): ValuesList {
  const lines = rows.map((_, row) => {
    const cells = columns.map(([, type], cell) => `CAST($${row * columns.length + cell + 1} AS ${type})`);
    return `(${cells.join(', ')})`;
  });
  return {
    names: columns.map(([name]) => name).join(', '),
    text: lines.join(', '),
    values: rows.flatMap((row) => columns.map(([name]) => row[name])),
  };
}

/** `$1, $2, …` for `count` parameters, numbered from `first`. */
export function parameters(count: number, first = 1): string {
  return Array.from({ length: count }, (_, index) => `$${first + index}`).join(', ');
}

/** Parts of at most `size`. */
export function chunked<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
