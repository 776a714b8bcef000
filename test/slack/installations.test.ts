import { describe, expect, it } from 'vitest';
import type { Installation } from '../../src/domain/installation.ts';
import { createKeyedQueue } from '../../src/domain/keyed-queue.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createInstallations, type InstallationsDeps } from '../../src/slack/installation/installations.ts';
import { collectInto, type LogLine } from './harness.ts';

const hour = 3_600_000;

/** A store in memory that fails when told to, and a Slack whose refresh tokens work once. */
function openPlace(changed: Partial<InstallationsDeps> = {}) {
  const stored = new Map<string, Installation>();
  const state = { now: 0, reads: 0, readFails: false, writeFails: false, slackFails: false };
  const renewals: string[] = [];
  const log: LogLine[] = [];
  const deps: InstallationsDeps = {
    store: {
      async find(id) {
        state.reads += 1;
        if (state.readFails) {
          throw new Error('the disk is broken');
        }
        return stored.get(id);
      },
      async save(installation) {
        if (state.writeFails) {
          throw new Error('the disk is full');
        }
        stored.set(installation.id, installation);
      },
      ids: async () => [...stored.keys()],
    },
    lock: createKeyedQueue(),
    tokens: {
      async renew(bot, refreshToken) {
        renewals.push(refreshToken.reveal());
        if (state.slackFails || refreshToken.reveal() !== `refresh-${renewals.length}`) {
          throw new Error('invalid_refresh_token');
        }
        return { ...bot, ...tokens(renewals.length + 1, state.now + 12 * hour) };
      },
    },
    now: () => state.now,
    log: collectInto(log),
    ...changed,
  };
  return { state, stored, renewals, log, installations: createInstallations(deps) };
}

function tokens(number: number, expiresAt: number) {
  return {
    token: new Secret(`xoxe-planted-${number}`),
    rotation: { refreshToken: new Secret(`refresh-${number}`), expiresAt },
  };
}

function installation(changed: Partial<Installation> = {}): Installation {
  const bot = { userId: 'UBOT', scopes: [], ...tokens(1, 12 * hour) };
  return { id: 'T1', name: 'Acme', bot, installedAt: 0, ...changed };
}

const acme = { team: 'T1' };
const tokenOf = (found: Installation | undefined) => found?.bot.token.reveal();

describe('installations', () => {
  it('are cached, and not read for every interaction', async () => {
    const { installations, stored, state } = openPlace();
    stored.set('T1', installation());
    for (let count = 0; count < 50; count += 1) {
      await installations.find(acme);
    }
    expect(state.reads).toBe(1);
    state.now += 60_000;
    await Promise.all([installations.find(acme), installations.find(acme)]);
    expect(state.reads).toBe(2);
  });

  it('are found by workspace first, then by organisation', async () => {
    const { installations, stored } = openPlace();
    stored.set('E1', installation({ id: 'E1' }));
    expect((await installations.find({ team: 'T1', enterprise: 'E1' }))?.id).toBe('E1');
    expect(await installations.find({ team: 'T1' })).toBeUndefined();
    await installations.keep(installation({ enterprise: 'E1' }));
    expect((await installations.find({ team: 'T1', enterprise: 'E1' }))?.id).toBe('T1');
  });

  it('are found as soon as they are stored, and not found any more as soon as they end', async () => {
    const { installations, stored } = openPlace();
    expect(await installations.find(acme)).toBeUndefined();
    await installations.keep(installation());
    expect(await installations.find(acme)).toBeDefined();
    await installations.end('T1', async () => void stored.delete('T1'));
    expect(await installations.find(acme)).toBeUndefined();
  });

  it('are served from the cache while the storage fails', async () => {
    const { installations, stored, state, log } = openPlace();
    stored.set('T1', installation());
    await installations.find(acme);
    state.readFails = true;
    state.now += hour;
    expect(tokenOf(await installations.find(acme))).toBe('xoxe-planted-1');
    expect(log).toMatchObject([{ level: 'warn' }]);
    await expect(installations.find({ team: 'T2' })).rejects.toThrow('the disk is broken');
  });
});

describe('a token that runs out', () => {
  it('is renewed two hours before it expires, once for all callers, and stored before it is used', async () => {
    const { installations, stored, state, renewals } = openPlace();
    stored.set('T1', installation());
    state.now = 10 * hour - 1;
    expect(tokenOf(await installations.find(acme))).toBe('xoxe-planted-1');
    state.now = 10 * hour;
    const found = await Promise.all(Array.from({ length: 20 }, () => installations.find(acme)));
    expect(new Set(found.map(tokenOf))).toEqual(new Set(['xoxe-planted-2']));
    expect(renewals).toEqual(['refresh-1']);
    expect(tokenOf(stored.get('T1'))).toBe('xoxe-planted-2');
  });

  it('is not lost when it cannot be stored: it is stored later, and never asked for twice', async () => {
    const { installations, stored, state, renewals } = openPlace();
    stored.set('T1', installation());
    state.now = 11 * hour;
    state.writeFails = true;
    expect(tokenOf(await installations.find(acme))).toBe('xoxe-planted-1');
    expect(tokenOf(stored.get('T1'))).toBe('xoxe-planted-1');
    state.writeFails = false;
    state.now += 2 * 60_000;
    expect(tokenOf(await installations.find(acme))).toBe('xoxe-planted-2');
    expect(tokenOf(stored.get('T1'))).toBe('xoxe-planted-2');
    expect(renewals).toEqual(['refresh-1']);
  });

  it('does not overwrite a newer installation', async () => {
    const { installations, stored, state } = openPlace();
    stored.set('T1', installation());
    state.now = 11 * hour;
    state.writeFails = true;
    await installations.find(acme);
    state.writeFails = false;
    stored.set('T1', installation({ installedAt: state.now, bot: { ...installation().bot, ...tokens(9, 23 * hour) } }));
    state.now += 2 * 60_000;
    expect(tokenOf(await installations.find(acme))).toBe('xoxe-planted-9');
  });

  it('does not overwrite a newer installation whose own token is due: that token is renewed', async () => {
    const { installations, stored, state, renewals } = openPlace();
    stored.set('T1', installation());
    state.now = 11 * hour;
    state.writeFails = true;
    await installations.find(acme);
    expect(renewals).toEqual(['refresh-1']);
    state.writeFails = false;
    stored.set('T1', installation({ installedAt: state.now, bot: { ...installation().bot, ...tokens(2, 12 * hour) } }));
    state.now += 2 * 60_000;
    expect(tokenOf(await installations.find(acme))).toBe('xoxe-planted-3');
    expect(renewals).toEqual(['refresh-1', 'refresh-2']);
    expect(stored.get('T1')).toMatchObject({ installedAt: 11 * hour });
    expect(tokenOf(stored.get('T1'))).toBe('xoxe-planted-3');
  });

  it('does not overwrite an installation that this process has stored, due or not', async () => {
    const { installations, stored, state, renewals } = openPlace();
    stored.set('T1', installation());
    state.now = 11 * hour;
    state.writeFails = true;
    await installations.find(acme);
    state.writeFails = false;
    await installations.keep(installation({ bot: { ...installation().bot, ...tokens(2, 12 * hour) } }));
    state.now += 2 * 60_000;
    expect(tokenOf(await installations.find(acme))).toBe('xoxe-planted-3');
    expect(renewals).toEqual(['refresh-1', 'refresh-2']);
  });

  it('is not brought back by what could not be stored, when the app was removed and installed anew', async () => {
    const { installations, stored, state, renewals } = openPlace();
    stored.set('T1', installation());
    state.now = 11 * hour;
    state.writeFails = true;
    await installations.find(acme);
    state.writeFails = false;
    await installations.end('T1', async () => void stored.delete('T1'));
    expect(await installations.find(acme)).toBeUndefined();
    stored.set('T1', installation({ bot: { ...installation().bot, ...tokens(2, 12 * hour) } }));
    state.now += 2 * 60_000;
    expect(tokenOf(await installations.find(acme))).toBe('xoxe-planted-3');
    expect(renewals).toEqual(['refresh-1', 'refresh-2']);
  });

  it('is used until it expires while Slack gives no other, and is then an error that says so', async () => {
    const { installations, stored, state, renewals, log } = openPlace();
    stored.set('T1', installation());
    state.slackFails = true;
    state.now = 11 * hour;
    for (let count = 0; count < 5; count += 1) {
      expect(tokenOf(await installations.find(acme))).toBe('xoxe-planted-1');
    }
    expect(renewals).toHaveLength(1);
    state.now = 12 * hour;
    await expect(installations.find(acme)).rejects.toThrow('invalid_refresh_token');
    expect(JSON.stringify(log)).not.toContain('planted');
  });

  it('is not brought back by a renewal when the app was removed meanwhile', async () => {
    const { installations, stored, state } = openPlace();
    stored.set('T1', installation());
    state.now = 9 * hour;
    await installations.find(acme);
    stored.delete('T1');
    state.now = 10 * hour;
    expect(await installations.find(acme)).toBeUndefined();
    expect(stored.has('T1')).toBe(false);
  });
});
