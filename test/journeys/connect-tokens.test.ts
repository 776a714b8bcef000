import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { buildGenerations } from '../../src/sandbox/bitrix24/rest/build-generation.ts';
import { createService } from '../../src/service/service.ts';
import { connect } from '../support/connecting.ts';
import { type Harness, noticeMs, openHarness, openNoticeHarness, quickTiming } from '../support/harness.ts';
import { formOf, suggestionsOf } from './composing.ts';

function toldTo({ slack }: Harness, name: string): string[] {
  return slack.seenBy(name).map(({ text }) => text);
}

async function sendAll({ slack }: Harness, texts: readonly string[], task = 51): Promise<void> {
  for (const text of texts) {
    await slack.as('anna').command(`/b24task ${task} ${text}`);
  }
}

const broken = 'no longer accepts your connection';

function untilSent(harness: Harness, count: number): Promise<unknown> {
  const sent = () => toldTo(harness, 'anna').filter((text) => text.startsWith('Sent')).length;
  return harness.slack.waitFor('anna', () => sent() >= count);
}

describe('somebody who connected by consent', () => {
  it.each(buildGenerations)('sends once under a token that is an hour old, after one refresh: %s', async (build) => {
    const harness = await openHarness('SQLite', { application: true, portal: { build } });
    const { portal } = harness;
    await connect(harness, 'anna', 7);
    portal.oauth.expireTokens();
    await sendAll(harness, ['hello']);
    await untilSent(harness, 1);
    expect(portal.oauth.counts).toMatchObject({ refreshCalls: 1, refused: 0 });
    expect(portal.chat(51)).toMatchObject([{ text: 'hello', author: { id: 7 } }]);
  });

  it.each(buildGenerations)('never notices that a token expires, however many messages wait: %s', async (build) => {
    const harness = await openHarness('PostgreSQL', { application: true, portal: { build } });
    const { portal } = harness;
    await connect(harness, 'anna', 7);
    portal.oauth.expireTokens();
    for (const task of [51, 52, 53, 54]) {
      await sendAll(harness, [`to ${task}`], task);
    }
    await untilSent(harness, 4);
    expect(portal.oauth.counts).toMatchObject({ refreshCalls: 1, refused: 0 });
    expect(portal.counts.messages).toBe(4);
  });

  it('goes on for as long as refresh tokens rotate, also after a restart', async () => {
    const harness = await openHarness('PostgreSQL', { application: true });
    const { portal } = harness;
    await connect(harness, 'anna', 7);
    for (const round of [1, 2, 3]) {
      portal.oauth.expireTokens();
      await sendAll(harness, [`round ${round}`]);
      await untilSent(harness, round);
      await harness.restart();
    }
    expect(portal.oauth.counts).toMatchObject({ refreshCalls: 3, refused: 0 });
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['round 1', 'round 2', 'round 3']);
  });

  it('is asked once to link again when the refresh token is over, and then everything goes out in order', async () => {
    const harness = await openHarness('PostgreSQL', { application: true });
    const { portal } = harness;
    await connect(harness, 'anna', 7);
    portal.oauth.expireTokens();
    portal.oauth.expireRefreshTokens();
    await sendAll(harness, ['first']);
    await harness.slack.waitFor('anna', ({ text }) => text.includes(broken));
    await sendAll(harness, ['second', 'third']);
    expect(portal.oauth.counts.refreshCalls).toBe(1);
    await connect(harness, 'anna', 7);
    await untilSent(harness, 3);
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['first', 'second', 'third']);
  });

  it.each([
    ['revoked', broken, (harness: Harness) => harness.portal.oauth.revokeApp(7), () => {}],
    [
      'uninstalled',
      'The application that this app needs',
      (harness: Harness) => harness.portal.oauth.uninstallApp(),
      (harness: Harness) => harness.portal.oauth.installApp(),
    ],
  ])('is told once that the application is %s', async (_, broken, end, restore) => {
    const harness = await openHarness('PostgreSQL', { application: true });
    await connect(harness, 'anna', 7);
    await harness.portal.down();
    for (const task of [51, 52, 53]) {
      await sendAll(harness, [`to ${task}`], task);
    }
    end(harness);
    await harness.portal.up();
    await harness.slack.waitFor('anna', ({ text }) => text.includes(broken));
    restore(harness);
    await connect(harness, 'anna', 7);
    await untilSent(harness, 3);
    expect(toldTo(harness, 'anna').filter((text) => text.includes(broken))).toHaveLength(1);
    expect(harness.portal.counts.messages).toBe(3);
  });

  it('has messages wait, and not a new link to make, while the token server is away', async () => {
    const harness = await openNoticeHarness({ application: true }, 'PostgreSQL');
    const { portal, slack } = harness;
    await connect(harness, 'anna', 7);
    portal.oauth.expireTokens();
    portal.oauth.failNext({ kind: 'html', status: 502, moment: 'before' }, 10_000);
    await sendAll(harness, ['patience']);
    await harness.noticesAfter(1);
    await slack.waitFor('anna', ({ text }) => text.includes("cannot check anybody's access"));
    portal.oauth.stopFailing();
    await untilSent(harness, 1);
    expect(toldTo(harness, 'anna').join(' ')).not.toContain('/b24task connect');
    expect(portal.oauth.counts.refreshCalls).toBe(1);
  });

  it('gets no message twice when an answer is lost and the token expires before it is asked for again', async () => {
    const timing = { repeatAfterMs: 2 * noticeMs };
    const harness = await openNoticeHarness({ application: true, overrides: { timing } }, 'PostgreSQL');
    const { portal } = harness;
    await connect(harness, 'anna', 7);
    await sendAll(harness, ['so that the portal is known to honour keys']);
    await untilSent(harness, 1);
    portal.faults.next({ kind: 'reset', moment: 'after' });
    await sendAll(harness, ['once']);
    await harness.noticesAfter(1);
    await harness.slack.waitFor('anna', ({ text }) => text.includes('Not confirmed yet'));
    portal.oauth.expireTokens();
    await harness.advance(noticeMs);
    await untilSent(harness, 2);
    expect(portal.chat(51).filter(({ text }) => text === 'once')).toHaveLength(1);
    expect(portal.oauth.counts.refreshCalls).toBe(1);
  });

  it('finds tasks and has everything examined with an expired token as well', async () => {
    const harness = await openHarness('PostgreSQL', { application: true });
    const anna = harness.slack.as('anna');
    await connect(harness, 'anna', 7);
    harness.portal.oauth.expireTokens();
    await anna.command('/b24task');
    await formOf(anna);
    expect(JSON.stringify(await suggestionsOf(anna, 'quarterly'))).toContain('Prepare the quarterly report');
    await anna.closeView({ all: true });
    expect(harness.portal.oauth.counts.refreshCalls).toBe(1);
    harness.portal.oauth.expireTokens();
    await anna.command('/b24task doctor');
    await anna.waitFor(({ text }) => text.includes('Everything works'));
    expect(harness.portal.oauth.counts).toMatchObject({ refreshCalls: 2, refused: 0 });
  });

  it('is refused by name when the administrator has closed the application to them', async () => {
    const harness = await openHarness('PostgreSQL', { application: true });
    await connect(harness, 'anna', 7);
    harness.portal.oauth.setUserAllowed(7, false);
    await sendAll(harness, ['closed']);
    await harness.slack.waitFor('anna', ({ text }) => text.includes('does not let you use this application'));
    expect(harness.portal.counts.messages).toBe(0);
  });

  it('can unlink, and link with a webhook instead', async () => {
    const harness = await openHarness('PostgreSQL', { application: true });
    await connect(harness, 'anna', 7);
    await harness.slack.as('anna').command('/b24task unlink');
    await harness.slack.waitFor('anna', ({ text }) => text.startsWith('Disconnected'));
    await harness.link('anna', 7);
    await sendAll(harness, ['by webhook']);
    await untilSent(harness, 1);
    expect(harness.portal.chat(51)).toMatchObject([{ author: { id: 7 }, text: 'by webhook' }]);
  });
});

describe('two replicas on one PostgreSQL database', () => {
  it('refresh an expired token once between them', async () => {
    const harness = await openHarness('PostgreSQL', { application: true });
    const { portal } = harness;
    const loaded = loadConfig({ ...harness.environment, PORT: '0' });
    if ('problems' in loaded) {
      throw new Error(JSON.stringify(loaded.problems));
    }
    const replica = createService(loaded.config, {
      logSink: { write: () => {} },
      timing: { ...quickTiming, drainMs: 0 },
    });
    onTestFinished(() => replica.stop());
    await replica.start();
    await connect(harness, 'anna', 7);
    for (const round of [1, 2, 3]) {
      portal.oauth.expireTokens();
      await Promise.all([51, 52, 53, 54].map((task) => sendAll(harness, [`round ${round}`], task)));
      await untilSent(harness, 4 * round);
      expect(portal.oauth.counts).toMatchObject({ refreshCalls: round, refused: 0 });
    }
    expect(portal.counts.messages).toBe(12);
  });
});
