import type { ReplyRoute } from '../domain/delivery.ts';
import type { LinkFailure, PortalFailure } from '../domain/failure.ts';
import type { Locale } from '../domain/locale.ts';
import { type Person, personKey } from '../domain/person.ts';
import { type PortalOrigin, portalOriginOf } from '../domain/portal.ts';
import { failed, type Result, success } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';
import { type Confirming, type ConfirmingDeps, createConfirming } from './confirm.ts';
import { whyNotLinked } from './link.ts';
import { isSecret, joinOneTime, splitOneTime, tieToBrowser } from './one-time-text.ts';
import { checkSending } from './permissions.ts';
import type {
  AccountProbe,
  ConfirmationAsker,
  Consent,
  ConsentStore,
  Grant,
  PortalRules,
  Preferences,
  TokenExchange,
} from './ports.ts';

/** The dependencies of connecting. */
export type ConnectingDeps = ConfirmingDeps & {
  readonly consents: ConsentStore;
  readonly tokens: TokenExchange;
  readonly probe: AccountProbe;
  readonly portals: PortalRules;
  readonly asker: ConfirmationAsker;
  readonly preferences: Pick<Preferences, 'guessedLanguage'>;
  /** The address that starts an authorization in a browser. */
  readonly addressOf: (ticket: Secret) => string;
  /** At least 128 random bits, in letters, digits, `-` and `_`. */
  readonly newSecret: () => Secret;
  /** Four random digits. */
  readonly newNumber: () => string;
};

/** The result of asking to connect. */
export type Begun =
  | {
      readonly kind: 'begun';
      readonly portal: PortalOrigin;
      /** For this person's browser only; valid for ten minutes. */
      readonly address: string;
      /** The external id that the view which shows it needs, so that it can be found again. */
      readonly window: string;
    }
  | { readonly kind: 'not-an-address' }
  | { readonly kind: 'portal-not-allowed'; readonly portal: PortalOrigin };

/** What a browser needs to start an authorization. */
export type AuthorizationStart = {
  /** Names the secret in the browser. */
  readonly id: string;
  readonly portal: PortalOrigin;
  /** Where the browser goes. */
  readonly authoriseUrl: Secret;
  /** The secret that is to be kept in the browser under `id`. */
  readonly browser: Secret;
};

/** What the browser brings back from the portal. */
export type Callback = {
  readonly state: string;
  readonly code: Secret;
  /** The portal's host. */
  readonly domain: string;
  /** The portal's own id. */
  readonly memberId: string;
  /** The secret that the browser has kept under an id since the start; `undefined` when it has none. */
  readonly browserOf: (id: string) => string | undefined;
  /** The language that the browser asks for; `undefined` when the app does not have it. */
  readonly locale?: Locale | undefined;
};

/**
 * The result of an OAuth callback. `asked`: the person has the question in Slack; `id` leads the browser to its number,
 * which only the browser that keeps `browser` sees. `other-browser`: not the one that started with this state, or one that
 * keeps no cookies.
 */
export type CallbackResult =
  | { readonly kind: 'asked'; readonly id: string; readonly browser: Secret }
  | { readonly kind: 'unknown-state' }
  | { readonly kind: 'other-browser' }
  | { readonly kind: 'not-told' }
  | { readonly kind: 'failed'; readonly failure: PortalFailure | LinkFailure; readonly portal: PortalOrigin };

/**
 * Connecting by consent: begun in Slack, agreed in a browser on the portal, confirmed in Slack. Nothing becomes an
 * identity before the last step. Every step rejects when the storage fails.
 */
export type Connecting = Confirming & {
  begin(person: Person, portalText: string, route: ReplyRoute): Promise<Begun>;
  /**
   * `undefined` for a link that is not valid, or not any more. May be called again, as when a page is reloaded: each browser
   * has a secret of its own, and one that has started before goes on with the secret that it `keeps` under an id.
   */
  startAuthorization(
    ticket: string,
    keeps: (id: string) => string | undefined,
  ): Promise<AuthorizationStart | undefined>;
  handleCallback(callback: Callback): Promise<CallbackResult>;
};

/** How long a grant waits for its person, and how often they may mistype its number. */
const confirmWithinMs = 10 * 60_000;
const tries = 3;

/** Creates the use cases of connecting. */
export function createConnecting(deps: ConnectingDeps): Connecting {
  const { consents, portals, tokens, log } = deps;
  return {
    ...createConfirming(deps),
    async begin(person, portalText, route) {
      const portal = readPortal(portalText);
      if (!portal) {
        return { kind: 'not-an-address' };
      }
      if (!portals.allows(portal)) {
        return { kind: 'portal-not-allowed', portal };
      }
      const [ticket, state] = [deps.newSecret(), deps.newSecret()];
      const window = deps.newId();
      const id = await consents.add({ person, portal, origin: { route, window }, ticket, state });
      log.info({ person: personKey(person), portal }, 'connecting begun');
      return { kind: 'begun', portal, address: deps.addressOf(joinOneTime(id, ticket)), window };
    },
    async startAuthorization(text, keeps) {
      const { id, secret } = splitOneTime(text);
      const consent = await consents.find(id);
      if (!consent || !isSecret(secret, consent.ticket)) {
        return undefined;
      }
      const { portal } = consent;
      const browser = keptSecret(keeps(id)) ?? deps.newSecret();
      const state = joinOneTime(id, tieToBrowser(consent.state, browser));
      const authoriseUrl = tokens.authoriseUrl({ portal, state: state.reveal() });
      return { id, portal, browser, authoriseUrl: new Secret(authoriseUrl) };
    },
    handleCallback: (callback) => handleCallback(deps, callback),
  };
}

/**
 * The consent is used up by whoever comes back with its state, from the browser that set out, whatever comes of it. A
 * foreign browser leaves it alone, so that nobody can spoil it for its person.
 */
async function handleCallback(deps: ConnectingDeps, callback: Callback): Promise<CallbackResult> {
  const { id, secret } = splitOneTime(callback.state);
  const found = await deps.consents.find(id);
  if (!found) {
    return refuse(deps, { kind: 'unknown-state' });
  }
  const browser = keptSecret(callback.browserOf(id));
  if (!browser || !isSecret(secret, tieToBrowser(found.state, browser))) {
    return refuse(deps, { kind: 'other-browser' });
  }
  const consent = await deps.consents.take(id);
  if (!consent) {
    return refuse(deps, { kind: 'unknown-state' });
  }
  const grant = await redeem(deps, consent, callback);
  if (!grant.ok) {
    return refuse(deps, { kind: 'failed', failure: grant.failure, portal: consent.portal });
  }
  if (callback.locale !== undefined) {
    await deps.preferences.guessedLanguage.set(consent.person, callback.locale);
  }
  return askPerson(deps, id, consent, grant.value);
}

/**
 * The portal must be the same in what was asked, in the callback, in the tokens, and in what the portal itself says.
 */
async function redeem(
  deps: ConnectingDeps,
  { person, portal, origin }: Consent,
  { code, domain, memberId }: Callback,
): Promise<Result<Grant, PortalFailure | LinkFailure>> {
  if (domain.toLowerCase() !== new URL(portal).host) {
    return failed({ kind: 'portal-not-allowed', portal: domain });
  }
  const credential = await deps.tokens.redeem({ portal, code, memberId });
  if (!credential.ok) {
    return credential;
  }
  const granted = await deps.probe.probe(credential.value);
  if (!granted.ok) {
    return failed(whyNotLinked(granted.failure, portal));
  }
  const sending = await checkSending(deps.probe, credential.value, granted.value);
  if (!sending.ok) {
    return sending;
  }
  return success({
    person,
    team: origin.route.team,
    // Another browser that started with the same link does not have this secret, so it never sees the number.
    browser: deps.newSecret(),
    ...granted.value,
    credential: credential.value,
    number: deps.newNumber(),
    triesLeft: tries,
    until: deps.now() + confirmWithinMs,
  });
}

async function askPerson(
  { grants, asker, log }: ConnectingDeps,
  id: string,
  { person, origin }: Consent,
  grant: Grant,
): Promise<CallbackResult> {
  const { account } = grant;
  await grants.set(id, grant);
  log.info({ person: personKey(person), portal: account.portal }, 'consent came back; asking to confirm');
  if (await asker.ask({ grant: id, account, origin })) {
    return { kind: 'asked', id, browser: grant.browser };
  }
  await grants.take(id);
  return { kind: 'not-told' };
}

function refuse({ log }: ConnectingDeps, callbackResult: Exclude<CallbackResult, { kind: 'asked' }>): CallbackResult {
  const fields =
    callbackResult.kind === 'failed' ? { portal: callbackResult.portal, failure: callbackResult.failure.kind } : {};
  log.warn({ reason: callbackResult.kind, ...fields }, 'a consent did not lead to a connection');
  return callbackResult;
}

/** What a browser keeps, where it can be a secret of ours: it may send anything. */
function keptSecret(kept: string | undefined): Secret | undefined {
  return kept !== undefined && /^[\w-]{22,64}$/.test(kept) ? new Secret(kept) : undefined;
}

/** People paste addresses of pages, and leave out the scheme. */
function readPortal(text: string): PortalOrigin | undefined {
  const address = text.trim();
  if (/[\s@\\]/.test(address)) {
    return undefined;
  }
  return portalOriginOf(/^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `https://${address}`);
}
