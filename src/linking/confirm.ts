import type { Account } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import type { Linked, Linking } from './link.ts';
import { isSecret } from './one-time-text.ts';
import type { Grant, GrantStore } from './ports.ts';

/** The dependencies of confirming. */
export type ConfirmingDeps = {
  readonly grants: GrantStore;
  readonly begin: Linking['begin'];
  readonly keep: Linking['keep'];
  readonly newId: () => string;
  readonly now: () => number;
  readonly log: Log;
};

/** What the browser shows to the one who came back with it. `team` is where they go on. */
export type Shown = Pick<Grant, 'account' | 'number' | 'team'>;

/**
 * The result of a confirmation. `gone`: too old, settled already, after too many wrong numbers, or unlinked meanwhile.
 */
type Confirmed =
  | { readonly kind: 'linked'; readonly linked: Linked }
  | { readonly kind: 'wrong-number'; readonly triesLeft: number }
  | { readonly kind: 'gone' };

/** What a person can do about an account that waits for their answer. Only the person of a grant finds it. */
export type Confirming = {
  /** The account that waits for an answer, for the browser that came back. */
  show(grant: string, browser: string | undefined): Promise<Shown | undefined>;
  /** The account that waits for this person's answer. */
  waiting(person: Person, grant: string): Promise<Account | undefined>;
  /**
   * The number ties the browser to the person: it is shown there only, so a link passed on to somebody else is no use.
   */
  confirm(person: Person, grant: string, number: string): Promise<Confirmed>;
  /** The person does not want it: what the portal gave is deleted. False when there was nothing left. */
  decline(person: Person, grant: string): Promise<boolean>;
};

/** Creates the last step of connecting. */
export function createConfirming({ grants, begin, keep, newId, now, log }: ConfirmingDeps): Confirming {
  return {
    async show(id, browser) {
      const grant = await grants.find(id);
      if (!grant || now() >= grant.until) {
        return undefined;
      }
      return browser !== undefined && isSecret(browser, grant.browser) ? grant : undefined;
    },
    async waiting(person, id) {
      const grant = await findFor(person, id);
      return grant && now() < grant.until ? grant.account : undefined;
    },
    async confirm(person, id, number) {
      const wish = await begin(person);
      const grant = await takeFor(person, id);
      if (!grant) {
        return { kind: 'gone' };
      }
      if (number !== grant.number) {
        return tryAgain(person, id, grant);
      }
      const { account, credential, scopes } = grant;
      const identity = { id: newId(), account, linkedAt: now(), credential, ...present({ scopes }) };
      const linked = await keep(person, identity, wish);
      return linked.ok ? { kind: 'linked', linked: linked.value } : { kind: 'gone' };
    },
    decline: async (person, id) => (await takeFor(person, id)) !== undefined,
  };

  async function findFor(person: Person, id: string): Promise<Grant | undefined> {
    const grant = await grants.find(id);
    return grant && personKey(grant.person) === personKey(person) ? grant : undefined;
  }

  /** What is too old is gone after that as well. */
  async function takeFor(person: Person, id: string): Promise<Grant | undefined> {
    const grant = (await findFor(person, id)) && (await grants.take(id));
    return grant && now() < grant.until ? grant : undefined;
  }

  async function tryAgain(person: Person, id: string, grant: Grant): Promise<Confirmed> {
    const triesLeft = grant.triesLeft - 1;
    log.warn({ person: personKey(person), triesLeft }, 'connecting confirmed with a wrong number');
    if (triesLeft === 0) {
      return { kind: 'gone' };
    }
    await grants.set(id, { ...grant, triesLeft });
    return { kind: 'wrong-number', triesLeft };
  }
}
