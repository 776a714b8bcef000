import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { buildGenerations } from '../../src/sandbox/bitrix24/rest/build-generation.ts';
import { createService } from '../../src/service/service.ts';
import { connect } from '../support/connecting.ts';
import { openWorld, patientTiming, quickTiming, type TestWorld } from '../support/world.ts';
import { formOf, suggestionsOf } from './composing.ts';

function toldTo({ slack }: TestWorld, name: string): string[] {
  return slack.seenBy(name).map(({ text }) => text);
}

async function sendAll({ slack }: TestWorld, texts: readonly string[], task = 51): Promise<void> {
  for (const text of texts) {
    await slack.as('anna').command(`/b24task ${task} ${text}`);
  }
}

const broken = 'no longer accepts your connection';

function untilSent(world: TestWorld, count: number): Promise<unknown> {
  const sent = () => toldTo(world, 'anna').filter((text) => text.startsWith('Sent')).length;
  return world.slack.waitFor('anna', () => sent() >= count);
}

describe('somebody who connected by consent', () => {
  it.each(buildGenerations)('sends once under a token that is an hour old, after one refresh: %s', async (build) => {
    const world = await openWorld('SQLite', { application: true, portal: { build } });
    const { portal } = world;
    await connect(world, 'anna', 7);
    portal.oauth.expireTokens();
    await sendAll(world, ['hello']);
    await untilSent(world, 1);
    expect(portal.oauth.counts).toMatchObject({ refreshCalls: 1, refused: 0 });
    expect(portal.chat(51)).toMatchObject([{ text: 'hello', author: { id: 7 } }]);
  });

  it.each(buildGenerations)('never notices that a token expires, however many messages wait: %s', async (build) => {
    const world = await openWorld('PostgreSQL', { application: true, portal: { build } });
    const { portal } = world;
    await connect(world, 'anna', 7);
    portal.oauth.expireTokens();
    for (const task of [51, 52, 53, 54]) {
      await sendAll(world, [`to ${task}`], task);
    }
    await untilSent(world, 4);
    expect(portal.oauth.counts).toMatchObject({ refreshCalls: 1, refused: 0 });
    expect(portal.counts.messages).toBe(4);
  });

  it('goes on for as long as refresh tokens rotate, also after a restart', async () => {
    const world = await openWorld('PostgreSQL', { application: true });
    const { portal } = world;
    await connect(world, 'anna', 7);
    for (const round of [1, 2, 3]) {
      portal.oauth.expireTokens();
      await sendAll(world, [`round ${round}`]);
      await untilSent(world, round);
      await world.restart();
    }
    expect(portal.oauth.counts).toMatchObject({ refreshCalls: 3, refused: 0 });
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['round 1', 'round 2', 'round 3']);
  });

  it('is asked once to link again when the refresh token is over, and then everything goes out in order', async () => {
    const world = await openWorld('PostgreSQL', { application: true });
    const { portal } = world;
    await connect(world, 'anna', 7);
    portal.oauth.expireTokens();
    portal.oauth.expireRefreshTokens();
    await sendAll(world, ['first']);
    await world.slack.waitFor('anna', ({ text }) => text.includes(broken));
    await sendAll(world, ['second', 'third']);
    expect(portal.oauth.counts.refreshCalls).toBe(1);
    await connect(world, 'anna', 7);
    await untilSent(world, 3);
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['first', 'second', 'third']);
  });

  it.each([
    ['revoked', broken, (world: TestWorld) => world.portal.oauth.revokeApp(7), () => {}],
    [
      'uninstalled',
      'The application that this app needs',
      (world: TestWorld) => world.portal.oauth.uninstallApp(),
      (world: TestWorld) => world.portal.oauth.installApp(),
    ],
  ])('is told once that the application is %s', async (_, broken, end, restore) => {
    const world = await openWorld('PostgreSQL', { application: true });
    await connect(world, 'anna', 7);
    await world.portal.down();
    for (const task of [51, 52, 53]) {
      await sendAll(world, [`to ${task}`], task);
    }
    end(world);
    await world.portal.up();
    await world.slack.waitFor('anna', ({ text }) => text.includes(broken));
    restore(world);
    await connect(world, 'anna', 7);
    await untilSent(world, 3);
    expect(toldTo(world, 'anna').filter((text) => text.includes(broken))).toHaveLength(1);
    expect(world.portal.counts.messages).toBe(3);
  });

  it('has messages wait, and not a new link to make, while the token server is away', async () => {
    const world = await openWorld('PostgreSQL', { application: true, overrides: { timing: patientTiming } });
    const { portal, slack } = world;
    await connect(world, 'anna', 7);
    portal.oauth.expireTokens();
    // Asked for every 150 ms: it is away for longer than the notice takes.
    portal.oauth.failNext({ kind: 'html', status: 502, moment: 'before' }, 20);
    await sendAll(world, ['patience']);
    await slack.waitFor('anna', ({ text }) => text.includes("cannot check anybody's access"));
    await untilSent(world, 1);
    expect(toldTo(world, 'anna').join(' ')).not.toContain('/b24task connect');
    expect(portal.oauth.counts.refreshCalls).toBe(1);
  });

  it('gets no message twice when an answer is lost and the token expires before it is asked for again', async () => {
    const timing = { ...patientTiming, repeatAfterMs: 4_000 };
    const world = await openWorld('PostgreSQL', { application: true, overrides: { timing } });
    const { portal } = world;
    await connect(world, 'anna', 7);
    await sendAll(world, ['so that the portal is known to honour keys']);
    await untilSent(world, 1);
    portal.faults.next({ kind: 'reset', moment: 'after' });
    await sendAll(world, ['once']);
    await world.slack.waitFor('anna', ({ text }) => text.includes('Not confirmed yet'));
    portal.oauth.expireTokens();
    await untilSent(world, 2);
    expect(portal.chat(51).filter(({ text }) => text === 'once')).toHaveLength(1);
    expect(portal.oauth.counts.refreshCalls).toBe(1);
  });

  it('finds tasks and has everything examined with an expired token as well', async () => {
    const world = await openWorld('PostgreSQL', { application: true });
    const anna = world.slack.as('anna');
    await connect(world, 'anna', 7);
    world.portal.oauth.expireTokens();
    await anna.command('/b24task');
    await formOf(anna);
    expect(JSON.stringify(await suggestionsOf(anna, 'quarterly'))).toContain('Prepare the quarterly report');
    await anna.closeView({ all: true });
    expect(world.portal.oauth.counts.refreshCalls).toBe(1);
    world.portal.oauth.expireTokens();
    await anna.command('/b24task doctor');
    await anna.waitFor(({ text }) => text.includes('Everything works'));
    expect(world.portal.oauth.counts).toMatchObject({ refreshCalls: 2, refused: 0 });
  });

  it('is refused by name when the administrator has closed the application to them', async () => {
    const world = await openWorld('PostgreSQL', { application: true });
    await connect(world, 'anna', 7);
    world.portal.oauth.setUserAllowed(7, false);
    await sendAll(world, ['closed']);
    await world.slack.waitFor('anna', ({ text }) => text.includes('does not let you use this application'));
    expect(world.portal.counts.messages).toBe(0);
  });

  it('can unlink, and link with a webhook instead', async () => {
    const world = await openWorld('PostgreSQL', { application: true });
    await connect(world, 'anna', 7);
    await world.slack.as('anna').command('/b24task unlink');
    await world.slack.waitFor('anna', ({ text }) => text.startsWith('Disconnected'));
    await world.link('anna', 7);
    await sendAll(world, ['by webhook']);
    await untilSent(world, 1);
    expect(world.portal.chat(51)).toMatchObject([{ author: { id: 7 }, text: 'by webhook' }]);
  });
});

describe('two replicas on one PostgreSQL database', () => {
  it('refresh an expired token once between them', async () => {
    const world = await openWorld('PostgreSQL', { application: true });
    const { portal } = world;
    const loaded = loadConfig({ ...world.environment, PORT: '0' });
    if ('problems' in loaded) {
      throw new Error(JSON.stringify(loaded.problems));
    }
    const replica = createService(loaded.config, {
      logSink: { write: () => {} },
      timing: { ...quickTiming, drainMs: 0 },
    });
    onTestFinished(() => replica.stop());
    await replica.start();
    await connect(world, 'anna', 7);
    for (const round of [1, 2, 3]) {
      portal.oauth.expireTokens();
      await Promise.all([51, 52, 53, 54].map((task) => sendAll(world, [`round ${round}`], task)));
      await untilSent(world, 4 * round);
      expect(portal.oauth.counts).toMatchObject({ refreshCalls: round, refused: 0 });
    }
    expect(portal.counts.messages).toBe(12);
  });
});
