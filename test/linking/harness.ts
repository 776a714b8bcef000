import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createAccountProbe } from '../../src/bitrix24/account-probe.ts';
import { createTokenExchange } from '../../src/bitrix24/token-exchange.ts';
import { parseWebhookUrl } from '../../src/bitrix24/webhook-url.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import type { ReplyRoute } from '../../src/domain/delivery.ts';
import type { Identity } from '../../src/domain/identity.ts';
import type { Person } from '../../src/domain/person.ts';
import type { PortalOrigin } from '../../src/domain/portal.ts';
import { present } from '../../src/domain/present.ts';
import { Secret } from '../../src/domain/secret.ts';
import { systemClock } from '../../src/domain/system-clock.ts';
import { type Callback, type Connecting, createConnecting } from '../../src/linking/consent.ts';
import { createForgetting, type Forgetting } from '../../src/linking/forget.ts';
import { createLinking, type Linking } from '../../src/linking/link.ts';
import { createMoving } from '../../src/linking/moving.ts';
import type { AccountProbe, ConfirmationAsker, TokenExchange } from '../../src/linking/ports.ts';
import type { Portal } from '../../src/sandbox/bitrix24/portal.ts';
import { openStorage, type Storage, type StorageConfig } from '../../src/storage/open.ts';
import { createConsentStore, createGrantStore } from '../../src/storage/records/consents.ts';
import { createPreferences } from '../../src/storage/records/preferences.ts';
import { type LogLine, openHarness, originOf, recordingLog } from '../bitrix24/harness.ts';
import { openPortal } from '../bitrix24/portals.ts';

/** The person who connects, unless a test says otherwise. */
export const anna: Person = { tenant: 'T0ACME0000', user: 'U0ANNA0000' };
/** A second person in the same workspace. */
export const bob: Person = { tenant: 'T0ACME0000', user: 'U0BOB00000' };

type Question = Parameters<ConfirmationAsker['ask']>[0];

/** The real use cases between a real portal and a real storage; time stands still until a test moves it. */
export type LinkingHarness = {
  readonly connecting: Connecting;
  readonly linking: Linking;
  readonly probe: AccountProbe;
  readonly tokens: TokenExchange;
  readonly portal: Portal;
  readonly origin: PortalOrigin;
  readonly storage: Storage;
  readonly questions: readonly Question[];
  readonly log: readonly LogLine[];
  /** The next check of a link has its answer, and is held back until `work` is done. */
  duringNextCheck(work: () => Promise<unknown>): void;
  /** From now on Slack takes no question. */
  closeSlack(): void;
  passTime(ms: number): void;
};

/** What the portal grants, and which portals may be used. */
export type LinkingHarnessOptions = {
  readonly scopes?: readonly string[];
  /** What lets a credential into the chats of tasks, when not `tasks` alone. */
  readonly chatScopes?: readonly string[];
  /** The portals that may be connected, when not the one of this harness. */
  readonly portals?: readonly PortalOrigin[] | undefined;
  /** The portals that may be asked who somebody is, when not the one of this harness. */
  readonly reaches?: readonly PortalOrigin[];
};

const app = { clientId: 'local.1', clientSecret: 'application-hush', handlerUrl: 'https://bridge.example/callback' };

/** Opens the use cases; everything is closed at the end of the test. */
export async function openLinkingHarness(options: LinkingHarnessOptions = {}): Promise<LinkingHarness> {
  let now = Date.now();
  const clock = { ...systemClock, now: () => now };
  const { scopes, chatScopes } = options;
  const portal = await openPortal({ clock, oauth: { ...app, ...present({ scopes }) }, ...present({ chatScopes }) });
  const origin = originOf(portal.origin);
  const portals = 'portals' in options ? options.portals : [origin];
  const log: LogLine[] = [];
  const { caller, reads } = openHarness({ portals: [origin], trusted: [origin] });
  const storage = await openTestStorage({ dataDir: newFolder() }, () => now);
  const tokens = createTokenExchange({
    caller,
    oauthUrl: portal.origin,
    clientId: app.clientId,
    clientSecret: new Secret(app.clientSecret),
    clock,
    log: recordingLog(log),
  });
  const portalProbe = createAccountProbe({
    reads: options.reaches ? openHarness({ portals: options.reaches }).reads : reads,
  });
  const meanwhile: (() => Promise<unknown>)[] = [];
  const probe: AccountProbe = {
    ...portalProbe,
    async probe(credential) {
      const answer = await portalProbe.probe(credential);
      await meanwhile.shift()?.();
      return answer;
    },
  };
  const rules = { allows: (text: string) => portals === undefined || portals.some((allowed) => allowed === text) };
  const moving = createMoving({
    moves: storage.portalMoves,
    deliveries: storage.outbox,
    probe,
    log: recordingLog(log),
  });
  const linking = createLinking({
    identities: storage.identities,
    wishes: storage.linkWishes,
    probe,
    portals: rules,
    lock: storage.personLock,
    waiting: moving.waiting,
    moving,
    data: storage.personalData,
    readWebhookUrl: parseWebhookUrl,
    newId: randomUUID,
    now: () => now,
    log: recordingLog(log),
  });
  const questions: Question[] = [];
  let isSlackOpen = true;
  const connecting = createConnecting({
    consents: createConsentStore(storage.records),
    grants: createGrantStore(storage.records),
    tokens,
    probe,
    portals: rules,
    asker: {
      ask: async (question) => {
        if (isSlackOpen) {
          questions.push(question);
        }
        return isSlackOpen;
      },
    },
    preferences: createPreferences(storage.records),
    begin: linking.begin,
    keep: linking.keep,
    addressOf: (ticket) => `https://bridge.example/connect?link=${ticket.reveal()}`,
    newSecret: () => new Secret(randomBytes(24).toString('base64url')),
    newNumber: () => '4821',
    newId: randomUUID,
    now: () => now,
    log: recordingLog(log),
  });
  return {
    connecting,
    linking,
    probe,
    tokens,
    portal,
    origin,
    storage,
    questions,
    log,
    duringNextCheck(work) {
      meanwhile.push(work);
    },
    closeSlack() {
      isSlackOpen = false;
    },
    passTime(ms) {
      now += ms;
    },
  };
}

/** Forgetting on the storage of a harness. */
export function forgettingOf({ storage }: LinkingHarness): Forgetting {
  const { installations, identities, personalData: data, personLock: lock } = storage;
  return createForgetting({ installations, identities, data, lock, log: recordingLog([]) });
}

/** A storage that is closed at the end of the test. */
export async function openTestStorage(config: StorageConfig, clock?: () => number): Promise<Storage> {
  const storage = await openStorage(config, {
    timing: defaultTiming,
    rateOf: () => ({ burst: 50, perSecond: 2 }),
    holder: randomUUID(),
    log: recordingLog([]),
    ...(clock ? { clock } : {}),
  });
  onTestFinished(() => storage.close());
  return storage;
}

/** A folder that is deleted at the end of the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'b24task-linking-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** How `person` can be told about their connection. */
export function routeOf({ tenant, user }: Person): ReplyRoute {
  return { team: tenant, user, locale: 'en', place: { channel: '' } };
}

/** A browser that set out: what the portal is asked, and what it kept. */
export type Traveller = { readonly authoriseUrl: string; readonly id: string; readonly kept: string };

/** The person begins in Slack and opens the link in their browser. */
export async function startAuthorization({ connecting, origin }: LinkingHarness, person = anna): Promise<Traveller> {
  const begun = await connecting.begin(person, origin, routeOf(person));
  if (begun.kind !== 'begun') {
    throw new Error(begun.kind);
  }
  return openLink(connecting, new URL(begun.address).searchParams.get('link') ?? '');
}

/** A browser opens the link; `keeps` is what it has from opening it before. */
export async function openLink(connecting: Connecting, link: string, keeps?: string): Promise<Traveller> {
  const authorizationStart = await connecting.startAuthorization(link, () => keeps);
  if (!authorizationStart) {
    throw new Error('The link is not valid');
  }
  return {
    authoriseUrl: authorizationStart.authoriseUrl.reveal(),
    id: authorizationStart.id,
    kept: authorizationStart.browser.reveal(),
  };
}

/** The portal sends the browser of `traveller` back after `userId` agreed. */
export function comeBack({ portal }: LinkingHarness, traveller: Traveller, userId = 7): Callback {
  portal.browser.loginAs(userId);
  const said = new URL(portal.browser.approve(traveller.authoriseUrl)).searchParams;
  return {
    state: said.get('state') ?? '',
    code: new Secret(said.get('code') ?? ''),
    domain: said.get('domain') ?? '',
    memberId: said.get('member_id') ?? '',
    browserOf: (id) => (id === traveller.id ? traveller.kept : undefined),
  };
}

/** Somebody who came back and is asked to confirm, which makes the identity. */
export async function asked(harness: LinkingHarness, person = anna, userId = 7): Promise<Traveller> {
  const traveller = await startAuthorization(harness, person);
  const callbackResult = await harness.connecting.handleCallback(comeBack(harness, traveller, userId));
  if (callbackResult.kind !== 'asked') {
    throw new Error(callbackResult.kind);
  }
  return traveller;
}

/** The identity of somebody who has connected and confirmed. */
export async function connected(harness: LinkingHarness, person = anna, userId = 7): Promise<Identity> {
  const { id } = await asked(harness, person, userId);
  await harness.connecting.confirm(person, id, '4821');
  const identity = await harness.linking.find(person);
  if (!identity) {
    throw new Error('Nothing was connected');
  }
  return identity;
}
