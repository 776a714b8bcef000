import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Config } from '../config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import { present } from '../domain/present.ts';
import { Secret } from '../domain/secret.ts';
import { createConnecting } from '../linking/consent.ts';
import type { Linking } from '../linking/link.ts';
import type { AccountProbe, ConfirmationAsker, PortalRules, TokenExchange } from '../linking/ports.ts';
import type { SurfaceConnecting } from '../slack/ports.ts';
import type { Storage } from '../storage/open.ts';
import { createConsentStore, createGrantStore } from '../storage/records/consents.ts';
import { createPreferences } from '../storage/records/preferences.ts';
import { connectAddress, withConnectPages } from '../web/connect-pages.ts';

/** The parts of connecting by OAuth. */
export type ConnectingParts = {
  readonly storage: Pick<Storage, 'records'>;
  readonly portals: {
    readonly tokens: TokenExchange | undefined;
    readonly probe: AccountProbe;
    readonly gate: PortalRules;
  };
  readonly linking: Pick<Linking, 'begin' | 'keep'>;
  readonly asker: ConfirmationAsker;
  readonly clock: Clock;
  readonly log: Log;
};

/** Connecting by consent as Slack sees it, and as browsers see it. */
export type AssembledConnecting = {
  readonly forSlack: { readonly connecting?: SurfaceConnecting };
  withPages(next: RequestListener): RequestListener;
};

/**
 * Builds it where the service has an application in Bitrix24 and an address that browsers reach; `undefined` elsewhere.
 */
export function assembleConnecting(
  { publicUrl, portals: offered, language }: Pick<Config, 'publicUrl' | 'portals' | 'language'>,
  parts: ConnectingParts,
): AssembledConnecting {
  const { storage, portals, linking, asker, clock, log } = parts;
  const { tokens, probe, gate } = portals;
  if (!tokens || publicUrl === undefined) {
    return { forSlack: {}, withPages: (next) => next };
  }
  const connecting = createConnecting({
    consents: createConsentStore(storage.records),
    grants: createGrantStore(storage.records),
    tokens,
    probe,
    portals: gate,
    asker,
    preferences: createPreferences(storage.records),
    begin: linking.begin,
    keep: linking.keep,
    addressOf: (ticket) => connectAddress(publicUrl, ticket),
    newSecret: () => new Secret(randomBytes(24).toString('base64url')),
    newNumber: () => String(randomInt(1_000, 10_000)),
    newId: randomUUID,
    now: () => clock.now(),
    log,
  });
  return {
    forSlack: { connecting: { ...connecting, ...present({ portals: offered }) } },
    withPages: (next) => withConnectPages({ connecting, publicUrl, language, log }, next),
  };
}
