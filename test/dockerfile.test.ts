import { readFileSync } from 'node:fs';
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

describe('the image', () => {
  it('starts the service as npm start does, for half the memory', () => {
    const words = z.array(z.string()).parse(JSON.parse(argumentOf('CMD')));
    // Without `exec` the shell that npm starts would be told of signals, and not the service. In the image nothing stands
    // between, and Node is of the right release.
    const source = words.with(-1, 'src/main.ts').toSpliced(1, 0, '--require=./src/check-node.cjs');
    expect(words.at(-1)).toBe('main.js');
    const halved = packageFile.scripts.start.replaceAll(/(?<=-size=)\d+/g, (size) => String(Number(size) / 2));
    expect(`exec ${source.join(' ')}`).toBe(halved);
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
    const flags = start.filter((word) => word.startsWith('--'));
    expect(lastStage).toContain(`RUN ${JSON.stringify(['node', ...flags, 'precompile.js']).replaceAll('","', '", "')}`);
    expect(argumentOf('ENV')).toContain('NODE_COMPILE_CACHE=/app/compile-cache');
  });

  it('holds a bundle of the packages of the lock file, and runs none of their scripts', () => {
    const installs = instructions.filter((line) => /\bnpm\b/.test(line));
    expect(installs).toEqual(['RUN npm ci --ignore-scripts', 'RUN npm run bundle -- dist']);
    expect(instructions).toContain('COPY package.json package-lock.json .npmrc ./');
    expect(lastStage.filter((line) => /^(?:COPY|ADD)/.test(line))).toEqual(['COPY --from=bundle /build/dist ./']);
  });

  it('is given the source alone of what is in the folder, and no secrets that lie there', () => {
    const [everything, ...rules] = readFileSync('.dockerignore', 'utf8').trim().split('\n');
    expect(everything).toBe('*');
    const taken = ['!.npmrc', '!deploy/image', '!package-lock.json', '!package.json', '!src'];
    expect(rules.toSorted()).toEqual([...taken, 'src/sandbox']);
  });

  it('is built on one image by its digest, with the release of Node that the tests run on', () => {
    const bases = new Set(instructions.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]));
    const [tag, digest] = [...bases].join().split('@');
    expect(tag).toBe(`node:${packageFile.devDependencies.node}-slim`);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('asks whether the service is alive, which a database that is away does not change', () => {
    expect(argumentOf('HEALTHCHECK')).toMatch(/CMD \["b24task", "health"\]$/);
    expect(argumentOf('STOPSIGNAL')).toBe('SIGTERM');
  });

  it('has the commands of administrators as one program, which may be run', () => {
    expect(lastStage).toContain('RUN chmod 755 b24task.js && ln -s /app/b24task.js /usr/local/bin/b24task');
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
