import { describe, expect, it } from 'vitest';
import { createAttempt } from '../../src/delivery/attempt.ts';
import type { Attempt, AttemptResult, PortalObservation } from '../../src/delivery/ports.ts';
import type { Claim, Transition } from '../../src/delivery/progress.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { type PortalOrigin, portalOriginOf, type TaskId, taskIdOf } from '../../src/domain/portal.ts';
import { failed, type Result, success } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import { closedChat, noFiles, nothingElse } from '../support/closed-chat.ts';
import { manualClock } from '../support/manual-clock.ts';
import { silentEvents } from '../support/silent-events.ts';
import { standingPortals } from '../support/standing-portals.ts';

const expired = failure({ kind: 'token-expired' });
const delivered: AttemptResult = { kind: 'delivered', honoursKey: true };

type Harness = {
  /** What the attempts come to, in their order. */
  readonly results: readonly AttemptResult[];
  readonly refresh: () => Promise<Result<Identity | undefined, PortalFailure>>;
  readonly ambiguous?: boolean;
  readonly refreshTakesMs?: number;
  /** The bucket of the portal is full. */
  readonly isFull?: true;
  /** Who the person is each time that it is looked up. */
  readonly identities?: readonly Identity[];
};

/** Carries one claim; gives what was sent and what became of the part. */
async function attempt({
  results,
  refresh,
  ambiguous = false,
  refreshTakesMs = 0,
  isFull,
  identities: found = [],
}: Harness) {
  const clock = manualClock();
  const [left, identities] = [[...results], [...found]];
  const attempts: Attempt[] = [];
  const transitions: Transition[] = [];
  const observations: PortalObservation[] = [];
  const carryOne = createAttempt({
    lock: { run: (_person, work) => work() },
    moving: standingPortals,
    parking: { noteParked() {}, noteSuccess() {} },
    chat: closedChat,
    learnScopes: async () => {},
    ...noFiles,
    outbox: {
      accountedFor: nothingElse,
      hasDelivered: async () => true,
      settle: async (_, transition, observation) => {
        transitions.push(transition);
        observations.push(observation);
        return { kind: 'written', isMoreDue: false };
      },
    },
    messenger: {
      send: async (attempt) => {
        attempts.push(attempt);
        return left.shift() ?? delivered;
      },
    },
    pacer: { draw: async () => ({ waitMs: isFull ? 500 : 0 }) },
    findIdentity: async () => identities.shift() ?? identity('old-token'),
    refreshIdentity: () => {
      clock.advance(refreshTakesMs);
      return refresh();
    },
    notify: () => {},
    clock,
    timing: defaultTiming,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    events: silentEvents,
    random: () => 0.5,
  });
  await carryOne(claim(ambiguous), clock.monotonic());
  return { attempts, transition: transitions[0], observation: observations[0] };
}

const renewed = async () => success(identity('new-token'));

describe('a part that the portal throttles', () => {
  const reason = { kind: 'throttled', retryAfterMs: 30_000 } as const;

  it('says that the bucket is full where the portal said so, and gives its place back where it was not called', async () => {
    const said = await attempt({ results: [failure(reason)], refresh: renewed });
    expect(said.observation).toEqual({ bucketFull: true });
    const held = await attempt({
      results: [{ kind: 'failed', failure: reason, left: false, sinceLeftMs: 0 }],
      refresh: renewed,
    });
    expect(held.observation).toEqual({ unused: true });
    expect(held.transition).toMatchObject({ kind: 'wait', delayMs: 30_000, failures: 0 });
  });
});

describe('a part whose token has expired', () => {
  it('goes out at once under the fresh token, as the same request with the same key', async () => {
    const { attempts, transition } = await attempt({ results: [expired, delivered], refresh: renewed });
    expect(attempts.map(tokenOf)).toEqual(['old-token', 'new-token']);
    expect(attempts[1]).toMatchObject({ key: attempts[0]?.key, request: attempts[0]?.request });
    expect(transition).toEqual({ kind: 'end', outcome: { kind: 'delivered' } });
  });

  it('is parked when the fresh token has expired as well', async () => {
    const identities = [identity('old-token'), identity('new-token')];
    const { attempts, transition } = await attempt({ results: [expired, expired], refresh: renewed, identities });
    expect(attempts).toHaveLength(2);
    expect(transition).toEqual({ kind: 'park', failure: { kind: 'token-expired' } });
  });

  it.each<[PortalFailure, Partial<Transition>]>([
    [{ kind: 'authorisation-unavailable' }, { kind: 'wait', delayMs: 5_000, failures: 1, ambiguous: false }],
    [{ kind: 'credential-rejected' }, { kind: 'park' }],
    [{ kind: 'moved', to: origin('https://new.bitrix24.com') }, { kind: 'park' }],
    [{ kind: 'app-not-allowed' }, { kind: 'end' }],
  ])('and cannot be refreshed because of %j has that outcome, and is not sent again', async (reason, expected) => {
    const { attempts, transition } = await attempt({ results: [expired], refresh: async () => failed(reason) });
    expect(attempts).toHaveLength(1);
    expect(transition).toMatchObject(expected);
    expect(JSON.stringify(transition)).toContain(JSON.stringify(reason));
  });

  it.each<[string, Harness['refresh']]>([
    ['its person has unlinked', async () => success(undefined)],
    ['its person has linked again', async () => success({ ...identity('x'), id: 'identity-2' })],
  ])('is decided anew when %s meanwhile', async (_, refresh) => {
    const { attempts, transition } = await attempt({ results: [expired], refresh });
    expect(attempts).toHaveLength(1);
    expect(transition).toEqual({ kind: 'wait', delayMs: defaultTiming.pollMs, failures: 0, ambiguous: false });
  });

  it('backs off where the storage fails, so that it does not drain the bucket for others', async () => {
    const broken = () => Promise.reject(new Error('The disk is full'));
    const { attempts, transition } = await attempt({ results: [expired], refresh: broken });
    expect(attempts).toHaveLength(1);
    expect(transition).toEqual({ kind: 'wait', delayMs: 5_000, failures: 1, ambiguous: false });
  });

  it('takes a token of the bucket for the second call as for any other, and waits where there is none', async () => {
    const { attempts, transition } = await attempt({ results: [expired, delivered], refresh: renewed, isFull: true });
    expect(attempts).toHaveLength(1);
    expect(transition).toEqual({ kind: 'wait', delayMs: defaultTiming.pollMs, failures: 0, ambiguous: false });
  });

  it('does not go out under a lease that has got old while the token was refreshed', async () => {
    const { attempts, transition } = await attempt({ results: [expired], refresh: renewed, refreshTakesMs: 4_000 });
    expect(attempts).toHaveLength(1);
    expect(transition).toMatchObject({ kind: 'wait', failures: 0 });
    const inTime = await attempt({ results: [expired, delivered], refresh: renewed, refreshTakesMs: 2_000 });
    expect(inTime.attempts[1]?.leaveWithinMs).toBe(3_000);
  });

  it('is not parked for a token that somebody else has refreshed since it was used', async () => {
    const refused = failure({ kind: 'credential-rejected' });
    const identities = [identity('old-token'), identity('new-token')];
    const { transition } = await attempt({ results: [refused], refresh: renewed, identities });
    expect(transition).toMatchObject({ kind: 'wait', delayMs: defaultTiming.pollMs, failures: 0 });
    const current = await attempt({ results: [refused], refresh: renewed });
    expect(current.transition).toEqual({ kind: 'park', failure: { kind: 'credential-rejected' } });
  });

  it('and that may have arrived before stays ambiguous', async () => {
    const unavailable = await attempt({
      results: [expired],
      refresh: async () => failed({ kind: 'authorisation-unavailable' }),
      ambiguous: true,
    });
    expect(unavailable.transition).toMatchObject({ kind: 'wait', ambiguous: true });
    const rejected = await attempt({
      results: [expired],
      refresh: async () => failed({ kind: 'credential-rejected' }),
      ambiguous: true,
    });
    expect(rejected.transition).toMatchObject({ kind: 'wait', ambiguous: true, look: 'soon' });
    const repeated = await attempt({ results: [expired, { kind: 'key-reused' }], refresh: renewed, ambiguous: true });
    expect(repeated.transition).toEqual({ kind: 'end', outcome: { kind: 'delivered' } });
  });
});

function failure(reason: PortalFailure): AttemptResult {
  return { kind: 'failed', failure: reason, left: true, sinceLeftMs: 10 };
}

function tokenOf({ credential }: Attempt): string {
  return credential.kind === 'oauth' ? credential.accessToken.reveal() : 'none';
}

function identity(token: string): Identity {
  const portal = origin('https://acme.bitrix24.com');
  return {
    id: 'identity-1',
    account: { portal, userId: '7', name: 'Anna Petrova' },
    linkedAt: 0,
    credential: {
      kind: 'oauth',
      portal,
      accessToken: new Secret(token),
      refreshToken: new Secret('refresh'),
      memberId: 'm',
    },
  };
}

function claim(ambiguous: boolean): Claim {
  const person = { tenant: 'T0ACME0000', user: 'U0ANNA0000' };
  return {
    delivery: {
      id: 'delivery-1',
      person,
      portal: origin('https://acme.bitrix24.com'),
      bitrixUserId: '7',
      task: task(51),
      parts: 1,
      partsDelivered: 0,
      state: 'sending',
      ambiguous,
      parked: false,
      acceptedAt: 0,
      deadlineAt: 1_000_000,
      hasText: true,
    },
    part: 1,
    content: { kind: 'text', request: '{"fields":{}}' },
    progress: {
      part: 1,
      parts: 1,
      identityId: 'identity-1',
      resends: 0,
      attemptedAt: 0,
      ambiguous,
      failures: 0,
      now: 0,
      deadlineAt: 1_000_000,
      honoursKey: true,
    },
    losses: [],
    route: { team: 'T0ACME0000', user: 'U0ANNA0000', locale: 'en', place: { channel: 'C1' } },
  };
}

function origin(text: string): PortalOrigin {
  const found = portalOriginOf(text);
  if (!found) {
    throw new Error(`${text} is no portal`);
  }
  return found;
}

function task(number: number): TaskId {
  const found = taskIdOf(String(number));
  if (!found) {
    throw new Error(`${number} is no task`);
  }
  return found;
}
