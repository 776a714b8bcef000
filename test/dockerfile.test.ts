import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import packageFile from '../package.json' with { type: 'json' };

/** The instructions of the Dockerfile in their order, without comments, each on one line. */
const instructions = readFileSync('Dockerfile', 'utf8')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const lastStage = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));

/** What is left of that package; `src/translation/reading/emoji.ts` imports it. */
const usedEmojiTable = '/en/shortcodes/iamcal.json';

describe('the image', () => {
  it('starts the service as npm start does', () => {
    const words = z.array(z.string()).parse(JSON.parse(argumentOf('CMD')));
    // Without `exec` the shell that npm starts would be told of signals, and not the service.
    expect(`exec ${words.join(' ')}`).toBe(packageFile.scripts.start);
  });

  it('runs the service as a user without rights, who owns the folder of the data', () => {
    expect(argumentOf('USER')).toBe('node');
    const folder = argumentOf('VOLUME');
    expect(argumentOf('ENV')).toContain(`DATA_DIR=${folder}`);
    expect(lastStage).toContain(`RUN mkdir -m 700 ${folder} && chown node:node ${folder}`);
    const order = ['RUN mkdir -m 700 /data', 'USER', 'VOLUME', 'CMD'].map((name) =>
      lastStage.findIndex((line) => line.startsWith(name)),
    );
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  });

  it('compiles with the flags that it runs with, or the compiled code would not fit', () => {
    const start = z.array(z.string()).parse(JSON.parse(argumentOf('CMD')));
    const flags = start.filter((word) => word.startsWith('--') && !word.startsWith('--require='));
    expect(lastStage).toContain(
      `RUN ${JSON.stringify(['node', ...flags, 'src/service/precompile.ts']).replaceAll('","', '", "')}`,
    );
    expect(argumentOf('ENV')).toContain('NODE_COMPILE_CACHE=/app/compile-cache');
  });

  it('holds packages of the lock file that the service needs, and runs none of their scripts', () => {
    const installs = instructions.filter((line) => /\bnpm\b/.test(line));
    expect(installs).toEqual(['RUN npm ci --omit=dev --ignore-scripts']);
    expect(instructions.join('\n')).toContain(usedEmojiTable);
    expect(instructions).toContain('COPY package.json package-lock.json .npmrc ./');
    expect(lastStage.filter((line) => /^(?:COPY|ADD)/.test(line))).toEqual([
      'COPY --from=dependencies /app/node_modules ./node_modules',
      'COPY package.json ./',
      'COPY src ./src',
    ]);
  });

  it('is given the source alone of what is in the folder, and no secrets that lie there', () => {
    const [everything, ...rules] = readFileSync('.dockerignore', 'utf8').trim().split('\n');
    expect(everything).toBe('*');
    expect(rules.toSorted()).toEqual(['!.npmrc', '!package-lock.json', '!package.json', '!src', 'src/sandbox']);
  });

  it('is built on one image by its digest, with the release of Node that the tests run on', () => {
    const bases = new Set(instructions.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]));
    const [tag, digest] = [...bases].join().split('@');
    expect(tag).toBe(`node:${packageFile.devDependencies.node}-slim`);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('asks whether the service is alive, which a database that is away does not change', () => {
    expect(argumentOf('HEALTHCHECK')).toMatch(/CMD \["node", "src\/admin\/health\.ts"\]$/);
    expect(argumentOf('STOPSIGNAL')).toBe('SIGTERM');
  });

  it('has the commands of administrators as one program, which may be run', () => {
    expect(lastStage).toContain('RUN ln -s /app/src/admin/b24task.ts /usr/local/bin/b24task');
    expect(statSync('src/admin/b24task.ts').mode & 0o111).toBe(0o111);
  });
});

/** What stands behind the one instruction of this name in the last stage. */
function argumentOf(name: string): string {
  const found = lastStage.filter((line) => line.startsWith(`${name} `));
  if (found.length !== 1) {
    throw new Error(`The last stage has ${found.length} instructions ${name}`);
  }
  return found.join('').slice(name.length + 1);
}
