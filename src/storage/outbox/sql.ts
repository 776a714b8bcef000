import type { SqlValue } from '../database.ts';

export type SqlType = 'TEXT' | 'BIGINT';

/** Rows as the body of a VALUES clause, for both engines, and the parameters it uses. */
export type ValuesList = { readonly text: string; readonly values: readonly SqlValue[] };

/** Writes `rows` as `(CAST($1 AS TEXT), …), …`; parameters are numbered from `first`. */
export function valuesList(types: readonly SqlType[], rows: readonly (readonly SqlValue[])[], first = 1): ValuesList {
  const lines = rows.map((_, row) => {
    const cells = types.map((type, cell) => `CAST($${first + row * types.length + cell} AS ${type})`);
    return `(${cells.join(', ')})`;
  });
  return { text: lines.join(', '), values: rows.flat() };
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
