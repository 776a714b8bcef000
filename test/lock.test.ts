import { expect, it } from 'vitest';
import { z } from 'zod';
import lockFile from '../package-lock.json' with { type: 'json' };

const entries = z.record(z.string(), z.looseObject({ link: z.boolean().optional(), integrity: z.string().optional() }));

it('knows the content of every package that may be installed, on any machine', () => {
  const { '': _project, ...packages } = entries.parse(lockFile.packages);
  const unknown = Object.entries(packages).filter(
    ([, { link, integrity = '' }]) => !(link || /^sha512-/.test(integrity)),
  );
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(unknown.map(([path]) => path)).toEqual([]);
});
