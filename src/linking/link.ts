import type { LinkFailure, PortalFailure } from '../domain/failure.ts';
import type { Account, Identity, WebhookCredential } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { Moving } from './moving.ts';
import { checkSending, type Lacking, whatIsLacking } from './permissions.ts';
import type {
  AccountProbe,
  IdentityStore,
  LinkWishes,
  Lock,
  PersonalData,
  PortalRules,
  WaitingDeliveries,
} from './ports.ts';

/** The dependencies of linking. */
export type LinkingDeps = {
  readonly identities: IdentityStore;
  readonly wishes: LinkWishes;
  readonly probe: AccountProbe;
  readonly portals: PortalRules;
  readonly lock: Lock<Person>;
  readonly waiting: WaitingDeliveries;
  readonly moving: Pick<Moving, 'learn'>;
  readonly data: Pick<PersonalData, 'eraseTraces'>;
  /** The credential in an incoming webhook's URL. */
  readonly readWebhookUrl: (text: string) => Result<WebhookCredential, LinkFailure>;
  readonly newId: () => string;
  readonly now: () => number;
  readonly log: Log;
};

/** What a new link did, and what it cannot do. */
export type Linked = Lacking & {
  readonly account: Account;
  /** How many deliveries go on under it. */
  readonly resumed: number;
  /** How many deliveries were bound to another Bitrix24 user. */
  readonly cancelled: number;
};

/** Finds, makes and forgets the identity of a person. Rejects when the storage fails. */
export type Linking = {
  find(person: Person): Promise<Identity | undefined>;
  linkWebhook(person: Person, urlText: string): Promise<Result<Linked, LinkFailure | PortalFailure>>;
  /** The person wants to link from now on; gives the wish that `keep` asks for. It waits for an unlinking under way. */
  begin(person: Person): Promise<string>;
  /**
   * Stores an identity that is known to be this person's, and lets go on what waits for it. `link-overtaken`: they have
   * unlinked, or linked otherwise, since they had this `wish`, and the later wish counts.
   */
  keep(person: Person, identity: Identity, wish: string): Promise<Result<Linked, LinkFailure>>;
  /**
   * Deletes the identity, takes back what waits under it, and deletes what else is stored about the person but the
   * language that they chose.
   */
  unlink(person: Person): Promise<Unlinked>;
  /** The same for somebody who has left Slack: nobody is there any more who could take the choice of a language back. */
  leave(person: Person): Promise<Unlinked>;
};

/** What unlinking did. `cancelled`: how many deliveries were taken back. */
type Unlinked = { readonly removed: boolean; readonly cancelled: number };

/** Creates the use cases of linking. */
export function createLinking(deps: LinkingDeps): Linking {
  const { identities, wishes, lock, log } = deps;
  return { find: (person) => identities.find(person), linkWebhook, begin, keep, unlink, leave };

  async function linkWebhook(person: Person, urlText: string): ReturnType<Linking['linkWebhook']> {
    const read = deps.readWebhookUrl(urlText);
    if (!read.ok) {
      return read;
    }
    const credential = read.value;
    if (!deps.portals.allows(credential.portal)) {
      return failed({ kind: 'portal-not-allowed' as const, portal: credential.portal });
    }
    const wish = await begin(person);
    const granted = await deps.probe.probe(credential);
    if (!granted.ok) {
      return failed(whyNotLinked(granted.failure, credential.portal));
    }
    const sending = await checkSending(deps.probe, credential, granted.value);
    return sending.ok
      ? keep(person, { id: deps.newId(), linkedAt: deps.now(), credential, ...granted.value }, wish)
      : sending;
  }

  function begin(person: Person): Promise<string> {
    return lock.run(person, () => wishes.note(person));
  }

  async function keep(person: Person, identity: Identity, wish: string): ReturnType<Linking['keep']> {
    await deps.moving.learn(person, await identities.find(person), identity);
    return lock.run(person, async () => {
      if ((await wishes.last(person)) !== wish) {
        return overtaken(person);
      }
      await identities.save(person, identity);
      // Whoever forgets a workspace deletes wishes and identities together, without the locks of all its people.
      if (!(await wishes.settle(person))) {
        await identities.remove(person);
        return overtaken(person);
      }
      const { resumed, cancelled } = await deps.waiting.relink(person, identity.account);
      log.info({ person: personKey(person), portal: identity.account.portal, resumed, cancelled }, 'linked');
      return success({ account: identity.account, resumed, cancelled, ...whatIsLacking(identity) });
    });
  }

  function overtaken(person: Person) {
    log.info({ person: personKey(person) }, 'not linked: the person wanted otherwise meanwhile');
    return failed({ kind: 'link-overtaken' as const });
  }

  function unlink(person: Person): Promise<Unlinked> {
    return end(person, { language: 'kept' });
  }

  function leave(person: Person): Promise<Unlinked> {
    return end(person, { language: 'deleted' });
  }

  function end(person: Person, what: Parameters<PersonalData['eraseTraces']>[1]): Promise<Unlinked> {
    return lock.run(person, async () => {
      const removed = await identities.remove(person);
      const cancelled = await deps.waiting.cancelAll(person, 'unlink');
      await deps.data.eraseTraces(person, what);
      log.info({ person: personKey(person), removed, cancelled }, 'unlinked');
      return { removed, cancelled };
    });
  }
}

/**
 * A person who links is told at once where the app may not go: to try again, as with a portal that is down, would not
 * help.
 */
export function whyNotLinked(failure: PortalFailure, portal: PortalOrigin): PortalFailure | LinkFailure {
  const isRefused = failure.kind === 'unreachable' && failure.addressRefused === true;
  return isRefused ? { kind: 'portal-not-allowed', portal } : failure;
}
