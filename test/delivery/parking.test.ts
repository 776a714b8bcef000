import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createParking, type Parking } from '../../src/delivery/parking.ts';
import type { PortalAnswers } from '../../src/delivery/ports.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { type Person, personKey } from '../../src/domain/person.ts';
import { failed, success } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import { acme, claimNext, type Holder, message, type OutboxHarness } from '../contract/outbox-harness.ts';
import { createSqliteHarness } from '../storage/outbox-harnesses.ts';
import { manualClock } from '../support/manual-clock.ts';

const anna: Person = { tenant: 'T1', user: 'U1' };

describe('what is parked when a process dies between a link and telling the outbox', () => {
  let harness: OutboxHarness;
  let outbox: Holder['outbox'];
  const linked = new Map<string, Identity>();
  const broken = new Set<string>();

  beforeEach(async () => {
    harness = await createSqliteHarness();
    outbox = harness.holder('one').outbox;
    linked.clear();
    broken.clear();
    await outbox.accept(message({ user: 'U1' }));
    await outbox.settle(await claimNext(outbox), { kind: 'park', failure: { kind: 'credential-rejected' } }, {});
  });
  afterEach(() => harness.close());

  const check = () =>
    createParking({
      outbox,
      findIdentity: async (person) => {
        if (broken.has(personKey(person))) {
          throw new Error('not readable');
        }
        return linked.get(personKey(person));
      },
      checkLink: async () => answers({ kind: 'credential-rejected' }),
      lock: { run: (_, work) => work() },
      clock: manualClock(),
      log: silentLog,
    }).round();

  it('goes on under a new link of the same account', async () => {
    linked.set(personKey(anna), identity('identity-2', '7'));
    await check();
    expect((await outbox.claim(10)).claims).toHaveLength(1);
  });

  it('stays where it is while the refused credential is all there is', async () => {
    linked.set(personKey(anna), identity('identity-1', '7'));
    await check();
    expect(await outbox.count()).toMatchObject({ parked: 1 });
  });

  it('is taken back when its person is linked as somebody else, or not any more', async () => {
    await outbox.accept(message({ user: 'U2' }));
    await outbox.settle(await claimNext(outbox), { kind: 'park', failure: { kind: 'credential-rejected' } }, {});
    linked.set(personKey(anna), identity('identity-2', '8'));
    await check();
    const ends = await Promise.all(['U1', 'U2'].map((user) => outbox.listEnded({ tenant: 'T1', user }, 1)));
    expect(ends.flat().map(({ outcome }) => outcome)).toEqual([
      { kind: 'cancelled', by: 'relink' },
      { kind: 'cancelled', by: 'unlink' },
    ]);
  });

  it('is looked at although somebody else cannot be read', async () => {
    broken.add(personKey(anna));
    await outbox.accept(message({ user: 'U2' }));
    await outbox.settle(await claimNext(outbox), { kind: 'park', failure: { kind: 'credential-rejected' } }, {});
    linked.set('T1:U2', identity('identity-2', '7'));
    await check();
    expect((await outbox.claim(10)).claims.map(({ delivery }) => delivery.person.user)).toEqual(['U2']);
  });
});

const minute = 60_000;

describe('what is parked under a link that works again', () => {
  let harness: OutboxHarness;
  let outbox: Holder['outbox'];
  let parking: Parking;
  let looks: string[];
  let failure: PortalFailure | undefined;
  let time: ReturnType<typeof manualClock>;

  beforeEach(async () => {
    harness = await createSqliteHarness();
    outbox = harness.holder('one').outbox;
    time = manualClock();
    looks = [];
    failure = { kind: 'credential-rejected' };
    parking = createParking({
      outbox,
      findIdentity: async () => identity('identity-1', '7'),
      checkLink: async ({ user }) => {
        looks.push(user);
        return answers(failure);
      },
      lock: { run: (_, work) => work() },
      clock: time,
      log: silentLog,
    });
    await parkFor('U1');
  });
  afterEach(() => harness.close());

  const parkFor = async (user: string) => {
    await outbox.accept(message({ user }));
    await outbox.settle(await claimNext(outbox), { kind: 'park', failure: { kind: 'credential-rejected' } }, {});
  };
  const isParked = async () => (await outbox.count()).parked > 0;

  it('goes on after the next look; the looks grow rarer, up to one an hour', async () => {
    const minutes: number[] = [];
    for (let at = 0; at <= 300; at += 5) {
      const before = looks.length;
      await parking.round();
      if (looks.length > before) {
        minutes.push(at);
      }
      time.advance(5 * minute);
    }
    expect(minutes).toEqual([0, 5, 15, 35, 75, 135, 195, 255]);
    expect(await isParked()).toBe(true);
    failure = undefined;
    time.advance(60 * minute);
    await parking.round();
    expect(await isParked()).toBe(false);
  });

  it('goes on at once when its person has it tried, and they read why where it does not', async () => {
    expect(await parking.look(anna)).toMatchObject({ kind: 'not', failure: { kind: 'credential-rejected' } });
    expect(await isParked()).toBe(true);
    failure = undefined;
    expect(await parking.look(anna)).toEqual({ kind: 'works', released: 1 });
    expect(await parking.look(anna)).toEqual({ kind: 'works', released: 0 });
    expect((await outbox.claim(10)).claims).toHaveLength(1);
  });

  it('goes on after any call with the link that went well, which costs nothing where nothing is parked', async () => {
    failure = undefined;
    parking.noteSuccess({ tenant: 'T1', user: 'U9' });
    expect(looks).toEqual([]);
    parking.noteParked(anna);
    parking.noteSuccess(anna);
    await expect.poll(isParked).toBe(false);
    expect(looks).toEqual(['U1']);
  });

  it('is looked at once in five minutes, however many calls go well meanwhile', async () => {
    parking.noteParked(anna);
    for (let call = 0; call < 10; call += 1) {
      parking.noteSuccess(anna);
      await isParked();
    }
    expect(looks).toHaveLength(1);
    time.advance(5 * minute);
    parking.noteSuccess(anna);
    await isParked();
    expect(looks).toHaveLength(2);
  });

  it('stays where a permission for sending is missing, although the account answers', async () => {
    failure = { kind: 'missing-scope', scopes: ['tasks'] };
    await parking.round();
    expect(await isParked()).toBe(true);
    failure = { kind: 'portal-too-old' };
    time.advance(5 * minute);
    await parking.round();
    expect(await isParked()).toBe(false);
  });

  it('is asked about once where the whole portal does not answer', async () => {
    await parkFor('U2');
    await parkFor('U3');
    failure = { kind: 'unreachable' };
    await parking.round();
    expect(looks).toHaveLength(1);
  });

  it('is looked at once for all who want to know at the same time', async () => {
    failure = undefined;
    const looked = await Promise.all([parking.look(anna), parking.look(anna), parking.look(anna)]);
    expect(looked).toEqual([1, 1, 1].map((released) => ({ kind: 'works', released })));
    expect(looks).toEqual(['U1']);
  });
});

const silentLog = { debug() {}, info() {}, warn() {}, error() {} };

/** What the portal says of a link with this failure, which is about the account or about sending alone. */
function answers(failure: PortalFailure | undefined): PortalAnswers {
  const isAboutSending = failure?.kind === 'missing-scope' || failure?.kind === 'portal-too-old';
  const account = { portal: acme, userId: '7', name: 'Anna Petrova' };
  return {
    account: failure && !isAboutSending ? failed(failure) : success({ account, scopes: ['task'] }),
    taskChat: failure ? failed(failure) : success<true>(true),
  };
}

function identity(id: string, userId: string): Identity {
  return {
    id,
    account: { portal: acme, userId, name: 'Anna Petrova' },
    linkedAt: 0,
    credential: { kind: 'webhook', portal: acme, webhookUserId: userId, secret: new Secret('s') },
  };
}
