import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createParkedCheck } from '../../src/delivery/parked-check.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { type Person, personKey } from '../../src/domain/person.ts';
import { Secret } from '../../src/domain/secret.ts';
import { acme, claimNext, type Holder, message, type OutboxWorld } from '../contract/outbox-world.ts';
import { createSqliteWorld } from '../storage/outbox-worlds.ts';

const anna: Person = { tenant: 'T1', user: 'U1' };

describe('what is parked when a process dies between a link and telling the outbox', () => {
  let world: OutboxWorld;
  let outbox: Holder['outbox'];
  const linked = new Map<string, Identity>();
  const broken = new Set<string>();

  beforeEach(async () => {
    world = await createSqliteWorld();
    outbox = world.holder('one').outbox;
    linked.clear();
    broken.clear();
    await outbox.accept(message({ user: 'U1' }));
    await outbox.settle(await claimNext(outbox), { kind: 'park', failure: { kind: 'credential-rejected' } }, {});
  });
  afterEach(() => world.close());

  const check = () =>
    createParkedCheck({
      outbox,
      findIdentity: async (person) => {
        if (broken.has(personKey(person))) {
          throw new Error('not readable');
        }
        return linked.get(personKey(person));
      },
      lock: { run: (_, work) => work() },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    })();

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

function identity(id: string, userId: string): Identity {
  return {
    id,
    account: { portal: acme, userId, name: 'Anna Petrova' },
    linkedAt: 0,
    credential: { kind: 'webhook', portal: acme, webhookUserId: userId, secret: new Secret('s') },
  };
}
