import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { circularImports, importsOf, partOf, readImportTable, wrongImports } from './support/import-rules.ts';

/** The page with the table of who may import whom. */
const tablePage = 'docs/architecture.md';

const table = readImportTable(readFileSync(tablePage, 'utf8'));
const files = globSync('src/**/*.ts').map((file) => ({
  path: file.replaceAll('\\', '/'),
  text: readFileSync(file, 'utf8'),
}));

describe('the parts of the service', () => {
  it('are the rows of the table', () => {
    const parts = new Set(files.map(({ path }) => partOf(path)));
    expect([...table.keys()].toSorted()).toEqual([...parts].toSorted());
  });

  it.each([...table.keys()])('%s imports only what the table allows', (part) => {
    expect(
      wrongImports(
        table,
        files.filter(({ path }) => partOf(path) === part),
      ),
    ).toEqual([]);
  });

  it('do not import the sandbox', () => {
    const users = files.filter(
      (file) => partOf(file.path) !== 'sandbox' && importsOf(file).some((name) => name.includes('/sandbox/')),
    );
    expect(users).toEqual([]);
  });

  it('are built of rooms that never import each other, in however many steps', () => {
    expect(circularImports(files)).toEqual([]);
  });

  it('hold files of at most 300 lines', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 301);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});

describe('the rules of imports', () => {
  it.each([
    ['src/domain/person.ts', "import { assemblePortals } from '../assembly/portals.ts';"],
    ['src/domain/person.ts', "import type { Config } from '../config.ts';"],
    ['src/domain/person.ts', "import { z } from 'zod';"],
    ['src/linking/link.ts', "import { readFileSync } from 'node:fs';"],
    ['src/bitrix24/rest.ts', "import { createLinking } from '../linking/link.ts';"],
    ['src/storage/open.ts', "export { defaultPorts } from '../delivery/portside.ts';"],
    ['src/slack/installation/workspaces.ts', "import { createConnectPages } from '../../web/connect-pages.ts';"],
    ['src/delivery/attempt.ts', "const { createLog } = await import('../observability/log.ts');"],
    ['src/observability/log.ts', "import 'node:fs';"],
    ['src/main.ts', "import {\n  one,\n  another,\n} from './storage/open.ts';"],
    ['src/unheard-of/one.ts', "import { personKey } from '../domain/person.ts';"],
  ])('find that %s holds %s', (path, text) => {
    const [name] = importsOf({ path, text });
    expect(wrongImports(table, [{ path, text }])).toEqual([`${path} imports ${name}`]);
  });

  it.each([
    ['src/bitrix24/rest.ts', "import type { AccountProbe } from '../linking/ports.ts';"],
    ['src/slack/installation/workspaces.ts', "import { page } from '../../web/page.ts';"],
    ['src/slack/replies/home-tab.ts', "import { reasonOf } from './slack-fault.ts';"],
    ['src/storage/open.ts', "import { setTimeout } from 'node:timers/promises';"],
    ['src/translation/emoji.ts', "import names from 'emojibase-data/en/shortcodes/slack.json' with { type: 'json' };"],
    ['src/service/portals.ts', "import packageFile from '../../package.json' with { type: 'json' };"],
  ])('let %s hold %s', (path, text) => {
    expect(importsOf({ path, text })).toHaveLength(1);
    expect(wrongImports(table, [{ path, text }])).toEqual([]);
  });

  it('find a circle of three rooms, and not what only leads to it', () => {
    const file = (path: string, imported: string) => ({ path, text: `import { one } from '${imported}';` });
    const circle = [
      file('src/a/x/1.ts', '../y/1.ts'),
      file('src/a/y/1.ts', '../root.ts'),
      file('src/a/root.ts', './x/1.ts'),
    ];
    const around = [
      file('src/main.ts', './a/root.ts'),
      file('src/a/x/2.ts', '../../b/1.ts'),
      file('src/b/1.ts', './2.ts'),
    ];
    expect(circularImports([...around, ...circle])).toEqual([
      'src/a/x imports src/a/y',
      'src/a/y imports src/a/root.ts',
      'src/a/root.ts imports src/a/x',
    ]);
  });

  it('are not read from prose', () => {
    const page = [
      '| part of `src/` | may import | packages |',
      '| --- | --- | --- |',
      '| `web` | `domain`, ports of `linking` | none |',
    ];
    expect(() => readImportTable(page.join('\n'))).toThrow('more than names');
    expect(() => readImportTable('# A page')).toThrow('no table');
  });
});
