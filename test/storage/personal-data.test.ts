import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { personKey } from '../../src/domain/person.ts';
import { Secret } from '../../src/domain/secret.ts';
import { decodeJson, replyRoute } from '../../src/storage/codecs.ts';
import { createPersonalData } from '../../src/storage/records/personal-data.ts';
import { createPreferences } from '../../src/storage/records/preferences.ts';
import type { OutboxHarness } from '../contract/outbox-harness.ts';
import { message, timing } from '../contract/outbox-harness.ts';
import { createPostgresHarness, createSqliteHarness } from './outbox-harnesses.ts';
import { createRotationHarness, identityOf, notesIn } from './rotation-harness.ts';

const me = { tenant: 'T1', user: 'U1' };
const harnesses = { SQLite: createSqliteHarness, PostgreSQL: createPostgresHarness } as const;

function dataOf(harness: OutboxHarness) {
  const { outbox, sweep } = harness.holder('eraser');
  return {
    outbox,
    sweep,
    data: createPersonalData({ database: harness.database, outbox, memory: { forget: async () => {} } }),
  };
}

describe.each(Object.entries(harnesses))('what somebody who unlinks leaves behind (%s)', (_, create) => {
  it('goes at once where it has ended and was told', async () => {
    const harness = await create();
    const { outbox, data } = dataOf(harness);
    const [told, untold] = [message({ task: 1 }), message({ task: 2 })];
    await outbox.accept(told);
    await outbox.cancel(me, told.id);
    for (const report of await outbox.claimReports(10)) {
      await outbox.settleReport(report, { made: true });
    }
    await outbox.accept(untold);
    await outbox.cancelAll(me, 'unlink');

    await data.eraseTraces(me, { language: 'kept' });

    expect(await outbox.find(me, told.id)).toBeUndefined();
    expect(await outbox.claimReports(10)).toMatchObject([{ delivery: { id: untold.id } }]);
    await harness.close();
  });

  it('goes whole within a day where it must still be told, and can be sent again until then', async () => {
    const harness = await create();
    const { outbox, sweep, data } = dataOf(harness);
    const taken = message();
    await outbox.accept(taken);
    await outbox.cancelAll(me, 'unlink');
    await data.eraseTraces(me, { language: 'kept' });
    for (const report of await outbox.claimReports(10)) {
      await outbox.settleReport(report, { made: true });
    }

    await harness.advance(timing.keepTextMs - 1);
    await sweep();
    expect(await outbox.contentOf(me, taken.id)).toBeDefined();
    await harness.advance(1);
    await sweep();
    expect(await outbox.find(me, taken.id)).toBeUndefined();
    await harness.close();
  });

  it('leaves what they send after linking again alone', async () => {
    const harness = await create();
    const { outbox, sweep, data } = dataOf(harness);
    await outbox.accept(message({ task: 1 }));
    await outbox.cancelAll(me, 'unlink');
    await data.eraseTraces(me, { language: 'kept' });
    const later = message({ task: 2 });
    await outbox.accept(later);
    await outbox.cancel(me, later.id);
    await harness.advance(timing.keepTextMs);
    await sweep();
    expect(await outbox.find(me, later.id)).toMatchObject({ state: 'cancelled', hasText: false });
    await harness.close();
  });
});

describe.each(['SQLite', 'PostgreSQL'] as const)('the language of somebody who unlinks (%s)', (engine) => {
  it.each([
    ['kept', 'ru'],
    ['deleted', undefined],
  ] as const)('is %s where they chose it, and a guess goes with the connection', async (language, chosen) => {
    const storage = await (await createRotationHarness(engine)).open('old');
    const { language: chosenLanguage, guessedLanguage } = createPreferences(storage.records);
    const similar = { tenant: 'T1', user: 'U12' };
    for (const person of [me, similar]) {
      await chosenLanguage.set(person, 'ru');
      await guessedLanguage.set(person, 'en');
    }
    await storage.personalData.eraseTraces(me, { language });
    expect([await chosenLanguage.of(me), await guessedLanguage.of(me)]).toEqual([chosen, undefined]);
    expect([await chosenLanguage.of(similar), await guessedLanguage.of(similar)]).toEqual(['ru', 'en']);
    await storage.personalData.eraseAll(me);
    expect(await chosenLanguage.of(me)).toBeUndefined();
  });
});

it('reads a language that only a later release speaks as English, so that nothing of its person is lost', async () => {
  const storage = await (await createRotationHarness('SQLite')).open('old');
  await storage.records({ name: 'language', schema: z.string() }).set(personKey(me), 'eo');
  expect(await createPreferences(storage.records).language.of(me)).toBe('en');
  const route = { team: 'T1', user: 'U1', locale: 'eo', place: { channel: 'C1' } };
  expect(decodeJson(replyRoute, JSON.stringify(route))).toEqual({ ...route, locale: 'en' });
});

describe.each(['SQLite', 'PostgreSQL'] as const)('erasing a workspace (%s)', (engine) => {
  it('deletes its installation, its people and what waits there, and leaves others with similar ids', async () => {
    const harness = await createRotationHarness(engine);
    const storage = await harness.open('old');
    const bot = { token: new Secret('xoxb-planted'), userId: 'UBOT', scopes: [] };
    for (const id of ['T1', 'T12', 'XT1', 'T_']) {
      await storage.installations.save({ id, name: id, bot, installedAt: 1 });
      await storage.identities.save({ tenant: id, user: 'U1' }, identityOf(1));
      await notesIn(storage).set(`${id}:C1`, 'a default');
      await storage.outbox.accept(message({ person: { tenant: id, user: 'U1' } }));
    }
    const erased = await storage.personalData.eraseTenant('T1');
    expect(erased).toEqual({ records: 3, deliveries: 1 });
    expect(await storage.installations.ids()).toEqual(expect.arrayContaining(['T12', 'XT1', 'T_']));
    expect(await storage.installations.ids()).not.toContain('T1');
    expect(await storage.personalData.eraseTenant('T_')).toEqual({ records: 3, deliveries: 1 });
    expect(await storage.installations.ids()).toHaveLength(2);
    expect(await storage.personalData.eraseTenant('T1')).toEqual({ records: 0, deliveries: 0 });
  });
});
