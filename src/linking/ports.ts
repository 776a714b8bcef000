import type { ReplyRoute } from '../domain/delivery.ts';
import type { LinkFailure, PortalFailure } from '../domain/failure.ts';
import type { Account, Credential, Identity, OAuthCredential } from '../domain/identity.ts';
import type { Installation } from '../domain/installation.ts';
import type { Locale } from '../domain/locale.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import type { Result } from '../domain/result.ts';
import type { Secret } from '../domain/secret.ts';

/** Keeps identities. Every operation throws when the storage fails: a broken store never reads as "not linked". */
export type IdentityStore = {
  find(person: Person): Promise<Identity | undefined>;
  save(person: Person, identity: Identity): Promise<void>;
  /** Deletes the identity; false when there was none. */
  remove(person: Person): Promise<boolean>;
};

/** The identity of a person, where they have linked one. Rejects when the storage fails. */
export type FindIdentity = IdentityStore['find'];

/** What a portal says about a credential. */
export type Granted = {
  readonly account: Account;
  /** The ones granted to it. */
  readonly scopes: readonly string[];
};

/** Asks a portal who a credential belongs to (`profile`) and what it may do (`scope`). */
export type AccountProbe = {
  probe(credential: Credential): Promise<Result<Granted, PortalFailure>>;
  /** What a credential may do (`scope`). Messages that wait for the portal come first. */
  scopesOf(credential: Credential): Promise<Result<Granted['scopes'], PortalFailure>>;
  /** Whether the method that sends is there for this credential, whatever its scopes are called. */
  probeSending(credential: Credential): Promise<Result<true, PortalFailure>>;
};

/** Whether people may link this portal: the `BITRIX24_PORTALS` rule before any connection is made. */
export type PortalRules = {
  allows(portal: string): boolean;
};

/**
 * Serialises work about one subject, across replicas where there are several: a `Lock<Person>` the changes of that
 * person's identity, a `Lock<string>` whatever its name stands for.
 */
export type Lock<Subject> = {
  run<Value>(subject: Subject, work: () => Promise<Value>): Promise<Value>;
};

/**
 * Where portals have moved to. Rejects when the storage fails.
 */
export type PortalMoves = {
  /** The address `from` sent a call on to `to`. That is its word alone: it moves nobody's messages. */
  noteRedirect(from: PortalOrigin, to: PortalOrigin): Promise<void>;
  /** Whether `from` has sent calls on to `to`. */
  redirects(from: PortalOrigin, to: PortalOrigin): Promise<boolean>;
  /** Somebody of the organisation or workspace has shown that their portal `from` is at `to` now. */
  note(tenant: string, from: PortalOrigin, to: PortalOrigin): Promise<void>;
  /** Whether that was shown, in one step or in several. */
  leads(tenant: string, from: PortalOrigin, to: PortalOrigin): Promise<boolean>;
  /** There is a portal at this address: whatever was shown before, it is none that has moved from there. */
  forget(tenant: string, from: PortalOrigin): Promise<void>;
};

/** The deliveries of a person that may have to go along with their portal. The delivery's outbox fits. */
export type MovableDeliveries = WaitingDeliveries & {
  earlierPortals(person: Person, account: Account): Promise<readonly PortalOrigin[]>;
  move(person: Person, from: PortalOrigin, account: Account): Promise<number>;
};

/** The waiting deliveries of a person, as far as linking changes them. */
export type WaitingDeliveries = {
  relink(person: Person, account: Account): Promise<{ readonly resumed: number; readonly cancelled: number }>;
  cancelAll(person: Person, by: 'unlink' | 'relink'): Promise<number>;
};

/**
 * What each person wanted last about their link, across replicas. Unlinking and forgetting delete it with everything
 * else of theirs. Every operation rejects when the storage fails.
 */
export type LinkWishes = {
  /** Notes that the person wants to link now, and gives that wish a name: an earlier one does not count any more. */
  note(person: Person): Promise<string>;
  /** The name of what they wanted last; `undefined` when that is settled, or when they have unlinked since. */
  last(person: Person): Promise<string | undefined>;
  /** False when it is gone already. */
  settle(person: Person): Promise<boolean>;
};

/** Keeps installations, by their ids. Every operation throws when the storage fails. */
export type InstallationStore = {
  find(id: string): Promise<Installation | undefined>;
  save(installation: Installation): Promise<void>;
  ids(): Promise<readonly string[]>;
};

/** Remembers what was used up, for longer than anything of the kind is valid. */
export type UsedOnce = {
  /** True for the first caller with this id, of all processes. */
  claim(id: string): Promise<boolean>;
};

/** The people who have an identity. */
export type LinkedPeople = {
  list(): Promise<readonly Person[]>;
};

/** How much was deleted. */
export type Erased = {
  /** Identities, drafts and what else is kept by key. */
  readonly records: number;
  readonly deliveries: number;
};

/** Everything that is stored about people, whatever part of the app put it there. */
export type PersonalData = {
  /** Deletes every trace of a person, also what waits and what they have not been told yet. */
  eraseAll(person: Person): Promise<Erased>;
  /**
   * Deletes what somebody who unlinked leaves behind; the language that they chose is no part of their connection, and
   * may stay. What was taken back and must still be told goes within a day, with its text: until then it can be sent
   * again.
   */
  eraseTraces(person: Person, what: { readonly language: 'kept' | 'deleted' }): Promise<void>;
  /** Deletes everything of a workspace (`T…`) or organisation (`E…`) and its people. */
  eraseTenant(tenant: string): Promise<Erased>;
};

/** The application's side of OAuth with portals. */
export type TokenExchange = {
  /** Where a person consents; `state` comes back with the code. */
  authoriseUrl(request: { readonly portal: PortalOrigin; readonly state: string }): string;
  /**
   * Turns a code (30 s, one use) into a credential. `portal` is where the person was sent, `memberId` what the callback
   * said; `portal-not-allowed` when the tokens turn out to be for another one, `portal-in-folder` when it is in one.
   */
  redeem(request: {
    readonly portal: PortalOrigin;
    readonly code: Secret;
    readonly memberId: string;
  }): Promise<Result<OAuthCredential, PortalFailure | LinkFailure>>;
  /**
   * Gets fresh tokens. The new refresh token replaces the old one, which is used up. The credential may be for another
   * address: the same portal, by its id, has moved there. `authorisation-unavailable`: no answer, try again later;
   * `credential-rejected`: the person must connect again.
   */
  refresh(credential: OAuthCredential): Promise<Result<OAuthCredential, PortalFailure>>;
};

/** Where in Slack a connection was begun. */
type ConnectOrigin = {
  readonly route: ReplyRoute;
  /** Names the view that leads to the browser, while it is open. */
  readonly window: string;
};

/** A person on their way to a portal and back. */
export type Consent = {
  readonly person: Person;
  readonly portal: PortalOrigin;
  readonly origin: ConnectOrigin;
  /** The secret in the link with which a browser starts. */
  readonly ticket: Secret;
  /** The key from which each browser that starts gets a state of its own, which fits that browser only. */
  readonly state: Secret;
};

/** An account that a portal has given access to, until its person confirms it. */
export type Grant = {
  readonly person: Person;
  readonly team: string;
  /** A secret that the browser was given when it came back. */
  readonly browser: Secret;
  readonly account: Account;
  readonly credential: OAuthCredential;
  /** Shown in the browser that holds `browser`, and asked for in Slack. */
  readonly number: string;
  readonly triesLeft: number;
  /** Epoch ms. */
  readonly until: number;
  /** What the portal granted; absent where the release before asked. */
  readonly scopes?: readonly string[];
};

/**
 * Keeps consents for ten minutes, by ids of its own that say nothing to a reader. Every operation rejects when the
 * storage fails.
 */
export type ConsentStore = {
  add(consent: Consent): Promise<string>;
  find(id: string): Promise<Consent | undefined>;
  /** Finds and deletes at once: of several callers one gets it. */
  take(id: string): Promise<Consent | undefined>;
};

/** Keeps grants for ten minutes, each under the id of the consent that led to it. */
export type GrantStore = {
  set(id: string, grant: Grant): Promise<void>;
  find(id: string): Promise<Grant | undefined>;
  /** Finds and deletes at once: of several callers one gets it. */
  take(id: string): Promise<Grant | undefined>;
};

/** Asks a person in Slack whether an account is theirs. False when they cannot be reached. */
export type ConfirmationAsker = {
  ask(question: {
    readonly grant: string;
    readonly account: Account;
    readonly origin: ConnectOrigin;
  }): Promise<boolean>;
};

/** One thing that people may want in their own way. Every operation rejects when the storage fails. */
export type Preference<Value> = {
  of(person: Person): Promise<Value | undefined>;
  set(person: Person, value: Value): Promise<void>;
  clear(person: Person): Promise<void>;
  /** Everybody who has it set. */
  people(): Promise<readonly Person[]>;
};

/** What people want in their own way. */
export type Preferences = {
  /** The language that a person chose. */
  readonly language: Preference<Locale>;
  /** The one that their browser asked for when they connected. */
  readonly guessedLanguage: Preference<Locale>;
};
