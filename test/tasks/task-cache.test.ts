import { describe, expect, it } from 'vitest';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { portalOriginOf, taskIdOf } from '../../src/domain/portal.ts';
import { failed, success } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createRefreshing, type RefreshingDeps } from '../../src/linking/refresh.ts';
import type { FoundTask, TaskReader } from '../../src/tasks/ports.ts';
import { createTaskCache } from '../../src/tasks/task-cache.ts';
import { recordingLog } from '../bitrix24/harness.ts';
import { manualClock } from '../support/manual-clock.ts';

const person = { tenant: 'T0ACME0000', user: 'U0ANNA0000' };
const task = taskIdOf('51');
const found: FoundTask[] = task ? [{ task, title: 'Quarterly report', status: 'pending' }] : [];

/** A lookup of somebody whose token has expired; `refresh` is the token server. */
function lookupWith(refresh: NonNullable<RefreshingDeps['tokens']>['refresh']) {
  const clock = manualClock();
  const asked: { token: string; withinMs: number }[] = [];
  let stored = identity('old-token');
  const search: TaskReader['search'] = async ({ credential, withinMs }) => {
    const token = credential.kind === 'oauth' ? credential.accessToken.reveal() : '';
    asked.push({ token, withinMs });
    return token === 'old-token' ? failed<PortalFailure>({ kind: 'token-expired' }) : success(found);
  };
  const { actAs } = createRefreshing({
    identities: {
      find: async () => stored,
      save: async (_, given) => {
        stored = given;
      },
      remove: async () => false,
    },
    lock: { run: (_, work) => work() },
    tokens: { refresh: (credential) => refresh(credential) },
    portals: { allows: () => true },
    moves: { note: async () => {} },
    pauseMs: 0,
    clock,
    log: recordingLog([]),
  });
  const reader: Pick<TaskReader, 'search' | 'get'> = { search, get: async () => failed({ kind: 'no-access' }) };
  const lookup = createTaskCache({ reader, actAs, clock });
  return { clock, asked, search: () => lookup.search({ person, identity: stored }, 'report', 1_700) };
}

describe('a search with an expired token', () => {
  it('is made again with a fresh one, in what is left of the time', async () => {
    const harness = lookupWith(async (credential) => {
      harness.clock.advance(400);
      return success({ ...credential, accessToken: new Secret('new-token') });
    });
    expect(await harness.search()).toEqual(success(found));
    expect(harness.asked).toEqual([
      { token: 'old-token', withinMs: 1_700 },
      { token: 'new-token', withinMs: 1_300 },
    ]);
  });

  it('is given up in time when the token server hangs; the fresh token serves the next one', async () => {
    const answered = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const harness = lookupWith(async (credential) => {
      reached.resolve();
      await answered.promise;
      return success({ ...credential, accessToken: new Secret('new-token') });
    });
    const searching = harness.search();
    await reached.promise;
    harness.clock.advance(1_700);
    expect(await searching).toEqual(failed({ kind: 'authorisation-unavailable' }));
    answered.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await harness.search()).toEqual(success(found));
    expect(harness.asked.at(-1)?.token).toBe('new-token');
  });
});

function identity(token: string): Identity {
  const portal = portalOriginOf('https://acme.bitrix24.com');
  if (!portal) {
    throw new Error('No portal');
  }
  const credential = { portal, accessToken: new Secret(token), refreshToken: new Secret('refresh'), memberId: 'm' };
  return {
    id: 'identity-1',
    account: { portal, userId: '7', name: 'Anna Petrova' },
    linkedAt: 0,
    credential: { kind: 'oauth', ...credential },
  };
}
