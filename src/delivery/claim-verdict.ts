import type { Identity } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import type { Moving } from '../linking/moving.ts';
import type { FindIdentity, Lock } from '../linking/ports.ts';
import type { Claim } from './progress.ts';
import { beforeAttempt } from './state-machine.ts';

/** What is to be done with a claim. `follow`: its author's portal is at another address, and it goes along. */
export type Verdict = ReturnType<typeof beforeAttempt> | { readonly kind: 'follow' };

/** Decides about a claim while its author is linked so. Rejects when the storage fails. */
export async function verdictUnder(
  { moving }: { readonly moving: Pick<Moving, 'leads'> },
  { delivery, progress }: Claim,
  identity: Identity | undefined,
): Promise<Verdict> {
  const { portal, bitrixUserId: userId, person } = delivery;
  const verdict = beforeAttempt(progress, { portal, userId }, identity);
  const { account } = identity ?? {};
  const isElsewhere = account?.userId === userId && account.portal !== portal && progress.now < progress.deadlineAt;
  return isElsewhere && (await moving.leads(person.tenant, portal, account.portal)) ? { kind: 'follow' } : verdict;
}

/** The dependencies of going along. */
export type GoingAlongDeps = {
  readonly moving: Pick<Moving, 'follow'>;
  readonly lock: Lock<Person>;
  readonly findIdentity: FindIdentity;
  readonly log: Log;
};

/**
 * What the author of a settled claim said at earlier addresses of their portal goes along. Whatever is left behind, as
 * by a crash, leads here again with its next claim. Never rejects.
 */
export async function goAlong({ moving, lock, findIdentity, log }: GoingAlongDeps, { delivery }: Claim): Promise<void> {
  const { id, person } = delivery;
  try {
    await lock.run(person, async () => {
      const identity = await findIdentity(person);
      if (identity) {
        await moving.follow(person, identity.account);
      }
    });
  } catch (error) {
    log.error({ error, delivery: id }, 'a delivery did not go along with its portal; trying again');
  }
}
