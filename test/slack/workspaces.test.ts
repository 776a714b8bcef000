import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/slack/state/faults.ts';
import { identity } from './harness.ts';
import { anna, installedAt, openPlaces } from './workspaces-harness.ts';

const before = installedAt - 60_000;
const after = installedAt + 60_000;

/** What Slack may say about a token without saying that the app is gone. */
const unclearWords: readonly (readonly [string, Fault])[] = [
  ['is unreachable', { reset: true }],
  ['does not answer', { lost: true }],
  ['is broken', { status: 503 }],
  ['asks to come back later', { rateLimitedSeconds: 30 }],
  ['answers with a page', { status: 200, body: '<html>maintenance</html>' }],
  ['has a fault of its own', { error: 'internal_error' }],
  ['knows the token no more', { error: 'invalid_auth' }],
];

/** What Slack says about the token of an app that was removed. */
const deadWords: readonly string[] = ['account_inactive', 'token_revoked'];

type Opened = Awaited<ReturnType<typeof openPlaces>>;

const stored = async ({ storage }: Opened) => ({
  link: (await storage.identities.find(anna)) !== undefined,
  installations: await storage.installations.ids(),
});

describe('the news of a removal, where one token is given', () => {
  it.each(unclearWords)('deletes nothing while Slack %s', async (_, fault) => {
    const opened = await openPlaces('one-workspace');
    opened.slack.fault('auth.test', fault);
    await opened.places.removed({ team: 'T0ACME0000', at: after });
    expect(await stored(opened)).toMatchObject({ link: true });
  });

  it.each(deadWords)('deletes everything when Slack says %s, of that workspace alone', async (error) => {
    const opened = await openPlaces('one-workspace');
    const other = { tenant: 'T1OTHER000', user: 'U0ANNA0000' };
    await opened.storage.identities.save(other, identity());
    opened.slack.fault('auth.test', { error });
    await opened.places.removed({ team: 'T0ACME0000', at: after });
    expect(await stored(opened)).toMatchObject({ link: false });
    expect(await opened.storage.identities.find(other)).toBeDefined();
  });

  it('deletes nothing while the token that is given now is good, or where no place is named', async () => {
    const opened = await openPlaces('one-workspace');
    await opened.places.removed({ team: 'T0ACME0000', at: after });
    opened.slack.fault('auth.test', { error: 'token_revoked' });
    await opened.places.removed({ at: after });
    expect(await stored(opened)).toMatchObject({ link: true });
  });

  it('is not caught up on by the daily check: the token may be another one by now', async () => {
    const opened = await openPlaces('one-workspace');
    opened.slack.fault('auth.test', { error: 'token_revoked' });
    await opened.places.endDead();
    expect(await stored(opened)).toMatchObject({ link: true });
  });
});

describe('the news of a removal, where the app is installed', () => {
  it.each(unclearWords)('deletes no fresh installation while Slack %s, and an older one', async (_, fault) => {
    const opened = await openPlaces('installable');
    opened.slack.fault('auth.test', fault);
    for (const at of [before, installedAt]) {
      await opened.places.removed({ team: 'T0ACME0000', at });
      expect(await stored(opened)).toEqual({ link: true, installations: ['T0ACME0000'] });
    }
    await opened.places.removed({ team: 'T0ACME0000', at: after });
    expect(await stored(opened)).toEqual({ link: false, installations: [] });
  });

  it.each(deadWords)('deletes it when Slack says %s, whenever the news was written', async (error) => {
    const opened = await openPlaces('installable');
    opened.slack.fault('auth.test', { error });
    await opened.places.removed({ team: 'T0ACME0000', at: before });
    expect(await stored(opened)).toEqual({ link: false, installations: [] });
  });

  it('deletes nothing while its token is good, whenever the news was written', async () => {
    const opened = await openPlaces('installable');
    for (const at of [before, after]) {
      await opened.places.removed({ team: 'T0ACME0000', at });
    }
    expect(await stored(opened)).toEqual({ link: true, installations: ['T0ACME0000'] });
  });

  it.each(unclearWords)('is not assumed by the daily check while Slack %s', async (_, fault) => {
    const opened = await openPlaces('installable');
    opened.slack.fault('auth.test', fault);
    await opened.places.endDead();
    expect(await stored(opened)).toEqual({ link: true, installations: ['T0ACME0000'] });
  });

  it('is caught up on by the daily check, only for workspaces whose tokens are dead', async () => {
    const opened = await openPlaces('installable');
    await opened.storage.installations.save({ ...opened.installation, id: 'T1OTHER000' });
    opened.slack.fault('auth.test', { error: 'account_inactive' }, 1);
    await opened.places.endDead();
    expect((await stored(opened)).installations).toHaveLength(1);
  });
});
