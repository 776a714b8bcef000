import { describe, expect, it } from 'vitest';
import { createMessenger } from '../../src/bitrix24/messenger.ts';
import type { Pacer } from '../../src/delivery/ports.ts';
import type { WebhookCredential } from '../../src/domain/identity.ts';
import { manualClock } from '../support/manual-clock.ts';
import { freePacer, openHarness, originOf } from './harness.ts';
import { openPortal, webhookOf } from './portals.ts';

/** A portal of the build that answers every failed authentication alike, and who sends to task 51 there. */
async function openBuild(pacer: Pacer = freePacer()) {
  const portal = await openPortal({ build: 'one-401' });
  const credential = webhookOf(portal);
  const clock = manualClock();
  const { rest, reads } = openHarness({ portals: [originOf(portal.origin)], clock, pacer });
  const messenger = createMessenger({ rest, timeoutMs: 5_000 });
  const send = (as: WebhookCredential = credential, task = 51) =>
    messenger.send({
      credential: as,
      key: 'key-of-one.1',
      request: JSON.stringify({ fields: { taskId: task, text: 'hello' } }),
      leaveWithinMs: 5_000,
    });
  const called = () => portal.requests.map(({ method }) => method);
  return { portal, credential, rest, reads, send, called };
}

const sending = 'tasks.task.chat.message.send';

describe('a refusal without a reason', () => {
  it('is one that waits where the same credential is accepted a moment later', async () => {
    const { portal, send, called } = await openBuild();
    portal.faults.next({ kind: 'error', code: 'CONNECTION_ERROR', status: 401, shape: 'flat', moment: 'before' });
    expect(await send()).toMatchObject({ failure: { kind: 'authorisation-unavailable' } });
    expect(called()).toEqual([sending, 'profile']);
    expect(await send()).toMatchObject({ kind: 'delivered' });
  });

  it('is a closed site, and not a task that is not there', async () => {
    const { portal, send } = await openBuild();
    portal.faults.set({ kind: 'closed' });
    expect(await send()).toMatchObject({ failure: { kind: 'portal-closed' } });
    portal.faults.clear();
    portal.faults.next({
      kind: 'error',
      code: 'BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION',
      status: 400,
      shape: 'v3',
      moment: 'before',
    });
    expect(await send()).toMatchObject({ failure: { kind: 'no-access' } });
  });

  it('is a dead webhook where the portal says so, or where its owner was dismissed', async () => {
    const { portal, send } = await openBuild();
    portal.setUserActive(7, false);
    expect(await send()).toMatchObject({ failure: { kind: 'credential-rejected' } });
    portal.setUserActive(7, true);
    expect(await send()).toMatchObject({ kind: 'delivered' });
  });

  it.each(['a full bucket', 'a bucket that cannot be read', 'a portal that does not answer'])(
    'waits where it cannot be asked for: %s',
    async (trouble) => {
      const pacer: Pacer = {
        ...freePacer(),
        draw: () =>
          trouble === 'a bucket that cannot be read'
            ? Promise.reject(new Error('The disk is full'))
            : Promise.resolve({ waitMs: trouble === 'a full bucket' ? 500 : 0 }),
      };
      const { portal, send, called } = await openBuild(pacer);
      portal.faults.script(({ method }) =>
        method === 'profile'
          ? { kind: 'html', status: 502, moment: 'before' }
          : { kind: 'error', code: 'invalid_token', status: 401, shape: 'flat', moment: 'before' },
      );
      expect(await send()).toMatchObject({ failure: { kind: 'authorisation-unavailable' } });
      expect(called()).toEqual(trouble.startsWith('a portal') ? [sending, 'profile'] : [sending]);
    },
  );

  it('is asked for once for all who wait for it at the same time', async () => {
    const { portal, send, called } = await openBuild();
    const [arrived, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    portal.faults.script(({ method }) =>
      method === 'profile'
        ? { kind: 'held', moment: 'before', arrived: arrived.resolve, released: released.promise }
        : { kind: 'plan' },
    );
    const first = send();
    await arrived.promise;
    const others = Promise.all([send(), send(), send(), send()]);
    await expect.poll(() => portal.requests.filter(({ status }) => status === 401)).toHaveLength(5);
    released.resolve();
    for (const result of [await first, ...(await others)]) {
      expect(result).toMatchObject({ failure: { kind: 'authorisation-unavailable' } });
    }
    expect(called().filter((method) => method === 'profile').length).toBeLessThan(5);
  });

  it('costs a read no more time than it has', async () => {
    const { portal, credential, rest } = await openBuild();
    portal.faults.set({ kind: 'plan' });
    const limits = { leaveWithinMs: 0, answerWithinMs: 5_000, totalMs: 0 };
    const { verdict } = await rest.call({
      credential,
      api: 'v3',
      method: 'tasks.task.get',
      parameters: '{}',
      ...limits,
    });
    expect(verdict).toMatchObject({ kind: 'failed' });
    expect(portal.requests.map(({ method }) => method)).not.toContain('profile');
  });
});
