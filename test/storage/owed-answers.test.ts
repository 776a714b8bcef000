import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { OwedAnswer } from '../../src/domain/owed-answer.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createOwedAnswers } from '../../src/storage/records/owed-answers.ts';
import { createRotationHarness } from './rotation-harness.ts';

const answer: OwedAnswer = {
  person: { tenant: 'T1', user: 'U1' },
  route: {
    team: 'T1',
    user: 'U1',
    locale: 'en',
    place: { channel: 'C1' },
    responseUrl: new Secret('https://hooks.slack.com/planted'),
    responseUrlUntil: 1_800_000,
  },
  said: { text: 'planted words', blocks: [] },
  replaces: new Secret('https://hooks.slack.com/planted'),
  actedAt: 1_700_000,
  tries: 2,
  dueAt: 1_700_005,
};

it.each(['SQLite', 'PostgreSQL'] as const)(
  'an answer that is owed is there for one process after a restart, and can be forgotten, on %s',
  { timeout: 30_000 },
  async (engine) => {
    const harness = await createRotationHarness(engine);
    const before = await harness.open('old');
    const kept = await createOwedAnswers(before.records, randomUUID).keep(answer);
    await createOwedAnswers(before.records, randomUUID).keep({ ...answer, person: { tenant: 'T1', user: 'U2' } });
    expect(kept.dueAt).toBe(answer.dueAt);
    await before.close();

    const after = await harness.open('old');
    const answers = createOwedAnswers(after.records, randomUUID);
    expect(await answers.list()).toContainEqual(kept);
    const taken = await Promise.all([answers.take(kept.id), answers.take(kept.id)]);
    expect(taken.filter((found) => found !== undefined)).toEqual([answer]);
    await after.personalData.eraseAll({ tenant: 'T1', user: 'U2' });
    expect(await answers.list()).toEqual([]);
  },
);

it('nothing of it can be read in the file', async () => {
  const harness = await createRotationHarness('SQLite');
  const storage = await harness.open('old');
  await createOwedAnswers(storage.records, randomUUID).keep(answer);
  const files = readdirSync(harness.place.dataDir).map((file) =>
    readFileSync(join(harness.place.dataDir, file), 'latin1'),
  );
  expect(files.join('')).not.toContain('planted');
});
