import type { ReplyRoute } from '../domain/delivery.ts';
import type { LinkFailure, PortalFailure } from '../domain/failure.ts';
import type { Account, Identity } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type Person, personKey } from '../domain/person.ts';
import { type PortalOrigin, portalOriginOf } from '../domain/portal.ts';
import { failed, type Result, success } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';
import { type Linked, neededScopes } from './link.ts';
import type {
  AccountProbe,
  ConfirmationAsker,
  Consent,
  ConsentStore,
  Grant,
  GrantStore,
  PortalRules,
  TokenExchange,
} from './ports.ts';

export type ConnectingDeps = {
  readonly consents: ConsentStore;
  readonly grants: GrantStore;
  readonly tokens: TokenExchange;
  readonly probe: AccountProbe;
  readonly portals: PortalRules;
  readonly asker: ConfirmationAsker;
  readonly keep: (person: Person, identity: Identity) => Promise<Linked>;
  /** The address at which a ticket lets a browser set out. */
  readonly addressOf: (ticket: Secret) => string;
  /** At least 128 random bits, in letters, digits, `-` and `_`. */
  readonly newSecret: () => Secret;
  /** Four random digits. */
  readonly newNumber: () => string;
  readonly newId: () => string;
  readonly now: () => number;
  readonly log: Log;
};

/**
 * What came of asking to connect. `address` is for this person's browser only, and for ten minutes; `window` is what the
 * view that shows it must be called, so that it can be found again.
 */
export type Begun =
  | { readonly kind: 'begun'; readonly portal: PortalOrigin; readonly address: string; readonly window: string }
  | { readonly kind: 'not-an-address' }
  | { readonly kind: 'portal-not-allowed'; readonly portal: PortalOrigin };

/** How a browser sets out: `browser` is to be kept in it under `id`, and `authoriseUrl` is where it goes. */
export type Departure = {
  readonly id: string;
  readonly portal: PortalOrigin;
  readonly authoriseUrl: Secret;
  readonly browser: Secret;
};

/** What the portal sent the browser back with, and what the browser kept from setting out under an id. */
export type Callback = {
  readonly state: string;
  readonly code: Secret;
  readonly domain: string;
  readonly memberId: string;
  readonly browserOf: (id: string) => string | undefined;
};

/** What came of coming back. `asked`: the person has the question in Slack and gives `number` there. */
export type Arrival =
  | { readonly kind: 'asked'; readonly account: Account; readonly number: string; readonly team: string }
  | { readonly kind: 'unknown-state' }
  | { readonly kind: 'other-browser' }
  | { readonly kind: 'not-told' }
  | { readonly kind: 'failed'; readonly failure: PortalFailure | LinkFailure; readonly portal: PortalOrigin };

/** What came of a confirmation. `gone`: too old, settled already, or after too many wrong numbers. */
export type Confirmed =
  | { readonly kind: 'linked'; readonly linked: Linked }
  | { readonly kind: 'wrong-number'; readonly triesLeft: number }
  | { readonly kind: 'gone' };

/**
 * Connecting by consent: begun in Slack, agreed in a browser on the portal, confirmed in Slack. Nothing becomes an
 * identity before the last step. Every step rejects when the storage fails.
 */
export type Connecting = {
  begin(person: Person, portalText: string, route: ReplyRoute): Promise<Begun>;
  /** Nothing for a link that is not valid, or not any more. May be asked again, as when a page is loaded anew. */
  setOut(ticket: string): Promise<Departure | undefined>;
  arrive(callback: Callback): Promise<Arrival>;
  /** The account that waits for this person's answer. */
  waiting(person: Person, grant: string): Promise<Account | undefined>;
  confirm(person: Person, grant: string, number: string): Promise<Confirmed>;
  /** The person does not want it: what the portal gave is deleted. False when there was nothing left. */
  decline(person: Person, grant: string): Promise<boolean>;
};

/** How long a grant waits for its person, and how often they may mistype its number. */
const confirmWithinMs = 10 * 60_000;
const tries = 3;

/** Creates the use cases of connecting. */
export function createConnecting(deps: ConnectingDeps): Connecting {
  const { consents, grants, portals, tokens, now, log } = deps;
  return {
    async begin(person, portalText, route) {
      const portal = readPortal(portalText);
      if (!portal) return { kind: 'not-an-address' };
      if (!portals.allows(portal)) return { kind: 'portal-not-allowed', portal };
      const [ticket, state, browser] = [deps.newSecret(), deps.newSecret(), deps.newSecret()];
      const window = deps.newId();
      const id = await consents.add({ person, portal, origin: { route, window }, ticket, state, browser });
      log.info({ person: personKey(person), portal }, 'connecting begun');
      return { kind: 'begun', portal, address: deps.addressOf(join(id, ticket)), window };
    },
    async setOut(text) {
      const { id, secret } = split(text);
      const consent = await consents.find(id);
      if (!consent || !isSame(secret, consent.ticket)) return undefined;
      const { portal, browser } = consent;
      const authoriseUrl = tokens.authoriseUrl({ portal, state: join(id, consent.state).reveal() });
      return { id, portal, browser, authoriseUrl: new Secret(authoriseUrl) };
    },
    arrive: (callback) => arrive(deps, callback),
    async waiting(person, id) {
      const grant = await grants.find(person, id);
      return grant && now() < grant.until ? grant.account : undefined;
    },
    confirm: (person, id, number) => confirm(deps, person, id, number),
    decline: async (person, id) => (await grants.take(person, id)) !== undefined,
  };
}

/**
 * The consent is used up by whoever comes back with its state, from the browser that set out, whatever comes of it. A
 * foreign browser leaves it alone, so that nobody can spoil it for its person.
 */
async function arrive(deps: ConnectingDeps, callback: Callback): Promise<Arrival> {
  const { id, secret } = split(callback.state);
  const found = await deps.consents.find(id);
  if (!found || !isSame(secret, found.state)) return refuse(deps, { kind: 'unknown-state' });
  const browser = callback.browserOf(id);
  if (browser === undefined || !isSame(browser, found.browser)) return refuse(deps, { kind: 'other-browser' });
  const consent = await deps.consents.take(id);
  if (!consent) return refuse(deps, { kind: 'unknown-state' });
  const grant = await redeem(deps, consent, callback);
  if (!grant.ok) return refuse(deps, { kind: 'failed', failure: grant.failure, portal: consent.portal });
  return askPerson(deps, consent, grant.value);
}

/** The portal must be the same in what was asked, in the callback, in the tokens, and in what the portal itself says. */
async function redeem(
  deps: ConnectingDeps,
  { portal }: Consent,
  { code, domain, memberId }: Callback,
): Promise<Result<Grant, PortalFailure | LinkFailure>> {
  if (domain.toLowerCase() !== new URL(portal).host) return failed({ kind: 'portal-not-allowed', portal: domain });
  const credential = await deps.tokens.redeem({ portal, code, memberId });
  if (!credential.ok) return credential;
  const granted = await deps.probe.probe(credential.value);
  if (!granted.ok) return granted;
  const { account, scopes } = granted.value;
  const missing = neededScopes.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) return failed({ kind: 'missing-scope', scopes: missing });
  const until = deps.now() + confirmWithinMs;
  return success({ account, credential: credential.value, number: deps.newNumber(), triesLeft: tries, until });
}

async function askPerson({ grants, asker, log }: ConnectingDeps, consent: Consent, grant: Grant): Promise<Arrival> {
  const { person, origin } = consent;
  const { account, number } = grant;
  const id = await grants.add(person, grant);
  log.info({ person: personKey(person), portal: account.portal }, 'consent came back; asking to confirm');
  if (await asker.ask({ grant: id, account, origin }))
    return { kind: 'asked', account, number, team: origin.route.team };
  await grants.take(person, id);
  return { kind: 'not-told' };
}

async function confirm(deps: ConnectingDeps, person: Person, id: string, number: string): Promise<Confirmed> {
  const { grants, now, log } = deps;
  const grant = await grants.take(person, id);
  if (!grant || now() >= grant.until) return { kind: 'gone' };
  if (number !== grant.number) {
    const triesLeft = grant.triesLeft - 1;
    log.warn({ person: personKey(person), triesLeft }, 'connecting confirmed with a wrong number');
    if (triesLeft === 0) return { kind: 'gone' };
    await grants.putBack(person, id, { ...grant, triesLeft });
    return { kind: 'wrong-number', triesLeft };
  }
  const { account, credential } = grant;
  return {
    kind: 'linked',
    linked: await deps.keep(person, { id: deps.newId(), account, linkedAt: now(), credential }),
  };
}

function refuse({ log }: ConnectingDeps, arrival: Exclude<Arrival, { kind: 'asked' }>): Arrival {
  const fields = arrival.kind === 'failed' ? { portal: arrival.portal, failure: arrival.failure.kind } : {};
  log.warn({ reason: arrival.kind, ...fields }, 'a consent did not lead to a connection');
  return arrival;
}

/** People paste addresses of pages, and leave out the scheme. */
function readPortal(text: string): PortalOrigin | undefined {
  const address = text.trim();
  if (/[\s@\\]/.test(address)) return undefined;
  return portalOriginOf(/^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `https://${address}`);
}

function join(id: string, secret: Secret): Secret {
  return new Secret(`${id}.${secret.reveal()}`);
}

function split(text: string): { readonly id: string; readonly secret: string } {
  const dot = text.lastIndexOf('.');
  return { id: text.slice(0, Math.max(0, dot)), secret: text.slice(dot + 1) };
}

/** Takes the same time wherever the texts differ. */
function isSame(given: string, secret: Secret): boolean {
  const expected = secret.reveal();
  let difference = given.length ^ expected.length;
  for (let index = 0; index < expected.length; index += 1) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  return difference === 0;
}
