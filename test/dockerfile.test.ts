import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import packageFile from '../package.json' with { type: 'json' };

it('the image starts the service as npm start does', () => {
  const [, command = ''] = /^CMD (.+)$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
  const words = z.array(z.string()).parse(JSON.parse(command));
  expect(words.join(' ')).toBe(packageFile.scripts.start);
});
