import { randomUUID } from 'node:crypto';
import { assembleConnecting } from './assembly/connecting.ts';
import { createLifecycle, type Listens, type Running } from './assembly/lifecycle.ts';
import { assemblePortals } from './assembly/portals.ts';
import { createHostLookup } from './bitrix24/host-lookup.ts';
import type { PortalGateDeps } from './bitrix24/portal-gate.ts';
import { namedSocketLookup } from './bitrix24/socket-lookup.ts';
import { parseWebhookUrl } from './bitrix24/webhook-url.ts';
import type { Config, Rate } from './config.ts';
import { createAccept } from './delivery/accept.ts';
import { createChannelDefaults } from './delivery/channel-default.ts';
import { type Courier, createCourier } from './delivery/courier.ts';
import { createExamine } from './delivery/examine.ts';
import { createTaskFinding } from './delivery/find-task.ts';
import type { DeliveryEvents, NameDirectory, Reporter } from './delivery/ports.ts';
import { createPreview } from './delivery/preview.ts';
import { createRememberingReporter } from './delivery/remember-task.ts';
import { createReportRound, type ReportRound } from './delivery/report-round.ts';
import { createTaskLookup } from './delivery/task-lookup.ts';
import { defaultTiming, type Timing } from './delivery/timing.ts';
import type { Clock } from './domain/clock.ts';
import type { Log } from './domain/log.ts';
import type { PortalOrigin } from './domain/portal.ts';
import { systemClock } from './domain/system-clock.ts';
import { createDailyCheck } from './linking/daily-check.ts';
import { createForgetting } from './linking/forget.ts';
import { createLinking, type Linking } from './linking/link.ts';
import type { ConfirmationAsker } from './linking/ports.ts';
import { createRefreshing, type Refreshing } from './linking/refresh.ts';
import { createDeliveryEvents } from './observability/delivery-events.ts';
import { createLog, type LogSink } from './observability/log.ts';
import type { Metrics } from './observability/metrics.ts';
import { createPlaces, type Places } from './slack/installation/places.ts';
import { routeToSlack } from './slack/outgoing.ts';
import { createSlackSurface } from './slack/surface.ts';
import { createDraftStore } from './storage/drafts.ts';
import { openStorage, type Storage } from './storage/open.ts';
import { createTaskMemory } from './storage/task-memory.ts';

/** What tests and the sandbox may replace; production replaces nothing. */
export type Overrides = {
  readonly clock?: Clock;
  readonly timing?: Partial<Timing>;
  readonly logSink?: LogSink;
  /** How portals' host names are resolved, and which addresses count as public. */
  readonly network?: Pick<PortalGateDeps, 'lookup' | 'isPublic'>;
};

/** One running instance. */
export type Service = {
  /** Opens the storage, takes up what waits, and listens. Rejects with a message for the administrator. */
  start(): Promise<Listens>;
  /** Takes no new requests, lets what is in flight end within 10 s, and closes. Harmless when repeated. */
  stop(): Promise<void>;
};

/**
 * How many requests may be on their way at once, to all portals together. Each portal's bucket bounds its own share to
 * some hundreds even while every request hangs, so that a dead portal never takes the place of a living one.
 */
const capacity = 4_096;

/** Creates the service: every part is built here, and nothing runs before `start`. */
export function createService(config: Config, overrides: Overrides = {}): Service {
  const log = createLog(config.logLevel, overrides.logSink ?? process.stdout);
  let running: Running | undefined;
  let stopped: Promise<void> | undefined;

  return {
    async start() {
      running = await assemble(config, overrides, log);
      return running.begin();
    },
    stop() {
      stopped ??= running?.end() ?? Promise.resolve();
      return stopped;
    },
  };
}

async function assemble(config: Config, overrides: Overrides, log: Log): Promise<Running> {
  const clock = overrides.clock ?? systemClock;
  const timing: Timing = { ...defaultTiming, repeatAfterMs: config.timeoutMs, ...overrides.timing };
  routeToSlack({ lookup: namedSocketLookup(createHostLookup({ clock })), proxies: config.proxies });
  const storage = await openStorage(config, { timing, rateOf: rateOf(config), holder: randomUUID(), log });
  const metrics = await openMetrics(config, storage);
  const events = createDeliveryEvents(log, metrics);
  const portals = assemblePortals(config, { network: overrides.network, pacer: storage.pacer, clock, log });
  const base: Base = { config, storage, portals, events, timing, clock, log };

  const { linking, refreshing } = assembleLinking(base);
  const asker: ConfirmationAsker = { ask: (question) => surface.confirmationAsker.ask(question) };
  const names: NameDirectory = { resolve: (...asked) => surface.names.resolve(...asked) };
  const connecting = assembleConnecting(config, { storage, portals, linking, asker, newReference, clock, log });
  const targets = assembleTargets(base, { linking, refreshing });
  const places = assemblePlaces(base);
  const surface = createSlackSurface(
    { transport: config.transport, access: places.access, slackApiUrl: config.slackApiUrl },
    {
      ...createAccept({ outbox: storage.outbox, findIdentity: linking.find, names, clock, timing, log, events }),
      linking,
      ...connecting.forSlack,
      deliveries: storage.outbox,
      rules: config,
      removed: places.removed,
      ...targets.forSlack,
      preview: createPreview({ names, clock, timing }),
      examine: assembleExamination(base, { linking, refreshing }),
      clock,
      log,
      newReference,
    },
  );
  const reporter = targets.remembering(surface.reporter);
  const reports = createReportRound({ outbox: storage.outbox, reporter, clock, timing, log, events });
  const courier = assembleCourier(base, { linking, refreshing, reports });
  const dailyCheck = createDailyCheck({
    people: storage.identities,
    ask: async (person) => surface.standingOf(person, await places.workspacesOf(person.tenant)),
    unlink: linking.unlink,
    endDead: places.endDead,
    claim: () => storage.chores.claimToday('daily-check'),
    schedule: (delayMs, wake) => clock.schedule(delayMs, wake),
    log,
  });
  return createLifecycle({ ...base, surface, reports, courier, metrics, connecting, places, dailyCheck });
}

/** What every part of the service is built on. */
type Base = {
  readonly config: Config;
  readonly storage: Storage;
  readonly portals: ReturnType<typeof assemblePortals>;
  readonly events: DeliveryEvents;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly log: Log;
};

type Linked = { readonly linking: Linking; readonly refreshing: Refreshing };

function assembleLinking({ storage, portals, timing, clock, log }: Base): Linked {
  const { identities, personLock: lock } = storage;
  const linking = createLinking({
    identities,
    probe: portals.probe,
    portals: portals.gate,
    lock,
    waiting: storage.outbox,
    data: storage.personalData,
    readWebhookUrl: parseWebhookUrl,
    newId: randomUUID,
    now: () => clock.now(),
    log,
  });
  const pauseMs = Math.min(...timing.unreachableMs);
  return { linking, refreshing: createRefreshing({ identities, lock, tokens: portals.tokens, pauseMs, clock, log }) };
}

/** Finding the task that a message is for, and remembering it. */
function assembleTargets({ config, storage, portals, clock, log }: Base, { linking, refreshing }: Linked) {
  const findIdentity = linking.find;
  const memory = createTaskMemory(storage.records);
  const lookup = createTaskLookup({ finder: portals.finder, actAs: refreshing.actAs, clock });
  const tasks = createTaskFinding({ lookup, memory, findIdentity, hasRoom: hasRoom(storage), clock, log });
  return {
    forSlack: {
      tasks,
      defaults: createChannelDefaults({ memory, finding: tasks, findIdentity }),
      defaultsBy: config.defaultsBy,
      drafts: createDraftStore(storage.records, randomUUID),
    },
    remembering: (reporter: Reporter) =>
      createRememberingReporter({
        reporter,
        memory,
        titleOf: tasks.titleOfDelivered,
        findIdentity,
        lock: storage.personLock,
        log,
      }),
  };
}

function assembleExamination({ storage, portals, log }: Base, { linking, refreshing }: Linked) {
  return createExamine({
    storage,
    findIdentity: linking.find,
    refreshIdentity: refreshing.refresh,
    portal: portals.check,
    pacer: storage.pacer,
    memory: storage.portalMemory,
    log,
  });
}

type Carriers = Linked & { readonly reports: ReportRound };

function assembleCourier({ storage, portals, ...base }: Base, { linking, refreshing, reports }: Carriers): Courier {
  const courier = createCourier({
    ...base,
    outbox: storage.outbox,
    messenger: portals.messenger,
    pacer: storage.pacer,
    findIdentity: linking.find,
    refreshIdentity: refreshing.refresh,
    lock: storage.personLock,
    tell: reports.tell,
    random: Math.random,
    capacity,
    alone: storage.alone,
  });
  storage.onWake(courier.wake);
  return courier;
}

/** Where the app is installed, and what is deleted when it is not any more. */
function assemblePlaces({ config, storage, clock, log }: Base): Places {
  const { installations, personalData: data, personLock: lock } = storage;
  const forgetting = createForgetting({ installations, data, lock, log });
  return createPlaces(config, { storage, forgetting, now: () => clock.now(), log, newReference });
}

/** Metrics are loaded only where they are served: the service starts faster and is smaller without them. */
async function openMetrics({ metricsPort }: Config, { outbox }: Storage): Promise<Metrics | undefined> {
  if (metricsPort === undefined) {
    return undefined;
  }
  const { createMetrics } = await import('./observability/metrics.ts');
  return createMetrics(() => outbox.count());
}

function newReference(): string {
  return randomUUID().slice(0, 8);
}

/** Deliveries go first: what is only nice to know may use the upper half of a portal's bucket. */
function hasRoom({ pacer }: Storage): (portal: PortalOrigin) => Promise<boolean> {
  return async (portal) => {
    const { left, burst } = await pacer.headroom(portal);
    return left > burst / 2;
  };
}

function rateOf({ rates }: Config): (portal: PortalOrigin) => Rate {
  return (portal) => rates.byPortal.get(portal) ?? rates.standard;
}
