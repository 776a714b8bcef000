import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

type Row = { readonly folders: readonly string[]; readonly packages: readonly string[] };

/** Who may import whom. A folder may always import itself; `linking/ports.ts` stands for that one file. */
const table: Readonly<Record<string, Row>> = {
  domain: { folders: [], packages: [] },
  translation: { folders: ['domain'], packages: ['emojibase-data'] },
  linking: { folders: ['domain'], packages: [] },
  delivery: { folders: ['domain', 'translation', 'linking'], packages: ['node:crypto'] },
  observability: { folders: ['domain'], packages: ['pino', 'prom-client', 'node:http', 'node:net'] },
  locales: { folders: ['domain'], packages: [] },
  bitrix24: {
    folders: ['domain', 'linking/ports.ts', 'delivery/ports.ts', 'delivery/target-ports.ts', 'observability'],
    packages: ['undici', 'zod', 'node:*'],
  },
  storage: {
    folders: [
      'domain',
      'linking/ports.ts',
      'delivery/ports.ts',
      'delivery/target-ports.ts',
      'delivery/timing.ts',
      'observability',
    ],
    packages: ['keyv', '@keyv/postgres', 'pg', 'zod', 'node:*'],
  },
  slack: {
    folders: [
      'domain',
      'linking',
      'delivery',
      'translation',
      'locales',
      'observability',
      'web/page.ts',
      'web/language.ts',
    ],
    packages: ['@slack/bolt', 'raw-body', 'undici', 'zod', 'node:*'],
  },
  web: { folders: ['domain', 'linking', 'locales', 'observability'], packages: ['node:*'] },
  admin: {
    folders: ['config.ts', 'domain', 'linking', 'delivery', 'observability', 'bitrix24', 'storage', 'slack'],
    packages: ['node:*'],
  },
  sandbox: { folders: ['service.ts', 'config.ts'], packages: ['ws', 'selfsigned', 'node:*'] },
  assembly: {
    folders: [
      '../package.json',
      'config.ts',
      'domain',
      'linking',
      'delivery',
      'observability',
      'bitrix24',
      'slack',
      'storage',
      'web',
    ],
    packages: ['node:*'],
  },
  'config.ts': { folders: ['domain'], packages: ['zod', 'node:fs'] },
  'service.ts': {
    folders: [
      'assembly',
      'config.ts',
      'domain',
      'translation',
      'linking',
      'delivery',
      'observability',
      'locales',
      'bitrix24',
      'storage',
      'slack',
      'web',
    ],
    packages: ['node:*'],
  },
  'main.ts': { folders: ['config.ts', 'service.ts'], packages: ['node:*'] },
};

const files = globSync('src/**/*.ts').map((file) => file.replaceAll('\\', '/'));

describe('the folders of the service', () => {
  it('are all in the table', () => {
    expect([...new Set(files.map(partOf))].filter((part) => !(part in table))).toEqual([]);
  });

  it.each(Object.keys(table))('%s imports only what the table allows', (part) => {
    const wrong = files
      .filter((file) => partOf(file) === part)
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => !isAllowed(part, file, name))
          .map((name) => `${file} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('are imported by tests and by each other, and sandbox by nobody in src', () => {
    const users = files.filter(
      (file) => partOf(file) !== 'sandbox' && importsOf(file).some((name) => name.includes('/sandbox/')),
    );
    expect(users).toEqual([]);
  });

  it('hold files of at most 300 lines', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 301);
    expect(long).toEqual([]);
  });
});

function importsOf(file: string): readonly string[] {
  const source = readFileSync(file, 'utf8');
  const found = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function isAllowed(part: string, file: string, name: string): boolean {
  const { folders, packages } = table[part] ?? { folders: [], packages: [] };
  if (name.startsWith('.')) {
    const target = relative('src', join(dirname(file), name)).replaceAll('\\', '/');
    return (
      partOf(`src/${target}`) === part || folders.some((folder) => target === folder || target.startsWith(`${folder}/`))
    );
  }
  const isBuiltin = name.startsWith('node:') || builtinModules.includes(name);
  return packages.some(
    (allowed) => name === allowed || name.startsWith(`${allowed}/`) || (isBuiltin && allowed === 'node:*'),
  );
}

/** `src/slack/app.ts` belongs to `slack`, `src/main.ts` to itself. */
function partOf(file: string): string {
  return file.split('/')[1] ?? '';
}
