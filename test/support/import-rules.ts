import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** What one part of `src` may import beside itself. A name in `folders` is a folder of `src`, or one file in it. */
type ImportRow = { readonly folders: readonly string[]; readonly packages: readonly string[] };

/** A row for each part: a folder of `src`, or a file that lies in `src` itself. */
export type ImportTable = ReadonlyMap<string, ImportRow>;

/** A file with its path from the root of the repository: `src/slack/app.ts`. */
export type SourceFile = { readonly path: string; readonly text: string };

const head = /^\| part of `src\/` +\| may import +\| packages +\|$/;

/** The table of imports in a Markdown page. Throws where there is none, and where a cell holds anything but names. */
export function readImportTable(page: string): ImportTable {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => head.test(line));
  if (start < 0) {
    throw new Error('The page has no table of imports');
  }
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return new Map(rows.slice(0, end < 0 ? rows.length : end).map(readRow));
}

/** `src/slack/app.ts` belongs to `slack`, `src/main.ts` to itself. */
export function partOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** What `file` imports: by `from`, for its effects, or while it runs. */
export function importsOf({ text }: SourceFile): readonly string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** Every import of the files that the table does not allow, in words. */
export function wrongImports(table: ImportTable, files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((name) => !isAllowed(table.get(partOf(file.path)), file, name))
      .map((name) => `${file.path} imports ${name}`),
  );
}

/**
 * Imports between rooms that lead in a circle, or from one circle to another: `src/slack/views imports
 * src/slack/replies`. A room is a folder, or a file that lies beside folders.
 */
export function circularImports(files: readonly SourceFile[]): readonly string[] {
  const parents = new Set(files.map(({ path }) => dirname(dirname(path))));
  const roomOf = (path: string) => (parents.has(dirname(path)) ? path : dirname(path));
  let arrows = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => [roomOf(file.path), roomOf(join(dirname(file.path), name).replaceAll('\\', '/'))] as const)
      .filter(([from, to]) => from !== to),
  );
  for (let before = Number.POSITIVE_INFINITY; arrows.length < before; ) {
    before = arrows.length;
    const [importers, imported] = [new Set(arrows.map(([from]) => from)), new Set(arrows.map(([, to]) => to))];
    arrows = arrows.filter(([from, to]) => imported.has(from) && importers.has(to));
  }
  return [...new Set(arrows.map(([from, to]) => `${from} imports ${to}`))];
}

function isAllowed(row: ImportRow | undefined, { path }: SourceFile, name: string): boolean {
  if (name.startsWith('.')) {
    const target = relative('src', join(dirname(path), name)).replaceAll('\\', '/');
    const allowed = [partOf(path), ...(row?.folders ?? [])];
    return allowed.some((part) => target === part || target.startsWith(`${part}/`));
  }
  const isBuiltin = name.startsWith('node:') || builtinModules.includes(name);
  return (row?.packages ?? []).some(
    (allowed) => name === allowed || name.startsWith(`${allowed}/`) || (isBuiltin && allowed === 'node:*'),
  );
}

function readRow(line: string): [string, ImportRow] {
  const [, part = '', folders = '', packages = ''] = line.split('|').map((cell) => cell.trim());
  const [name = ''] = namesIn(part);
  return [name, { folders: namesIn(folders), packages: namesIn(packages) }];
}

/** `nothing` and `none` are no names. Words between the names would be a rule that nobody holds. */
function namesIn(cell: string): readonly string[] {
  if (cell === 'nothing' || cell === 'none') {
    return [];
  }
  const names = cell.split(', ').map((item) => /^`([^`]+)`$/.exec(item)?.[1]);
  return names.map((name) => {
    if (name === undefined) {
      throw new Error(`The table of imports has more than names in "${cell}"`);
    }
    return name;
  });
}
