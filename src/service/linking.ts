import { randomUUID } from 'node:crypto';
import { parseWebhookUrl } from '../bitrix24/webhook-url.ts';
import { type CheckLink, createLinkCheck } from '../delivery/link-check.ts';
import { createParking, type Parking } from '../delivery/parking.ts';
import type { Timing } from '../delivery/timing.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import { createGrantedScopes, type GrantedScopes } from '../linking/granted-scopes.ts';
import { createLinking, type Linking } from '../linking/link.ts';
import { createMoving, type Moving } from '../linking/moving.ts';
import { createRefreshing, type Refreshing } from '../linking/refresh.ts';
import type { Storage } from '../storage/open.ts';
import type { assemblePortals } from './portals.ts';

/** The parts that linking is built from. */
export type LinkingParts = {
  readonly storage: Storage;
  readonly portals: ReturnType<typeof assemblePortals>;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly log: Log;
};

/** Everything about the links of people, and what waits for them. */
export type Linked = {
  readonly linking: Linking;
  readonly moving: Moving;
  readonly refreshing: Refreshing;
  readonly grantedScopes: GrantedScopes;
  readonly checkLink: CheckLink;
  readonly parking: Parking;
};

/** Builds it. */
export function assembleLinking({ storage, portals, timing, clock, log }: LinkingParts): Linked {
  const { identities, personLock: lock, outbox, portalMoves: moves } = storage;
  const moving = createMoving({ moves, deliveries: outbox, probe: portals.probe, log });
  const linking = createLinking({
    identities,
    wishes: storage.linkWishes,
    probe: portals.probe,
    portals: portals.gate,
    lock,
    waiting: moving.waiting,
    moving,
    data: storage.personalData,
    readWebhookUrl: parseWebhookUrl,
    newId: randomUUID,
    now: () => clock.now(),
    log,
  });
  const pauseMs = Math.min(...timing.unreachableMs);
  const { tokens, gate } = portals;
  const refreshing = createRefreshing({ identities, lock, tokens, portals: gate, moves, pauseMs, clock, log });
  const { actAs, refresh: refreshIdentity } = refreshing;
  const grantedScopes = createGrantedScopes({ identities, probe: portals.probe, actAs, lock, log });
  const { note: noteScopes } = grantedScopes;
  const checkLink = createLinkCheck({ portal: portals.check, refreshIdentity, noteScopes, log });
  const parked = { ...moving.waiting, listParked: outbox.listParked };
  const parking = createParking({ outbox: parked, findIdentity: linking.find, checkLink, lock, clock, log });
  return { linking, moving, refreshing, grantedScopes, checkLink, parking };
}
