import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageFile from '../package.json' with { type: 'json' };

const pages = ['README.md', ...globSync('docs/*.md')];

/** What stands in backquotes in the first cells of a page's table with this heading. */
function firstCells(page: string, heading: string): readonly string[] {
  const lines = readFileSync(page, 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith('|') && line.includes(heading));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  const cells = lines.slice(start + 2, end).map((line) => line.split('|')[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? ''));
}

describe('the page of settings', () => {
  it('explains every setting, and none that does not exist', () => {
    const settings = readFileSync('src/config.ts', 'utf8').matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm);
    expect(firstCells('docs/settings.md', '| meaning').toSorted()).toEqual(
      [...settings].map(([, name]) => name).toSorted(),
    );
  });

  it('names the addresses that are served, and none else', () => {
    const served = globSync('src/{slack,web,observability}/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/'(\/(?:slack|bitrix24|health|metrics)\b[\w/]*)'/g)].map(
        ([, path]) => path,
      ),
    );
    const named = firstCells('docs/settings.md', '| what').flatMap((cell) => /\/[\w/]+$/.exec(cell)?.[0] ?? []);
    expect(new Set(named)).toEqual(new Set(served));
  });
});

describe.each(pages)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  it('names only scripts that there are', () => {
    const named = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in packageFile.scripts))).toEqual([]);
  });

  it('names only files and folders that there are', () => {
    const named = [...text.matchAll(/`([\w./-]+\/(?:[\w-]+\.(?:ts|md|json|yml))?)`|\]\(([\w./-]+)\)/g)];
    const paths = named.map(([, quoted, linked]) => ({
      at: linked === undefined ? '' : page,
      path: quoted ?? linked ?? '',
    }));
    const missing = paths.filter(
      ({ at, path }) => ![path, `src/${path}`, join(dirname(at), path)].some((place) => existsSync(place)),
    );
    expect(missing.map(({ path }) => path)).toEqual([]);
  });
});
