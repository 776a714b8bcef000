import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { type AssembledConnecting, assembleConnecting } from './assembly/connecting.ts';
import { assemblePortals } from './assembly/portals.ts';
import type { PortalGateDeps } from './bitrix24/portal-gate.ts';
import { parseWebhookUrl } from './bitrix24/webhook-url.ts';
import type { Config, Rate } from './config.ts';
import { createAccept } from './delivery/accept.ts';
import { createChannelDefaults } from './delivery/channel-default.ts';
import { type Courier, createCourier } from './delivery/courier.ts';
import { createExamine } from './delivery/examine.ts';
import { createTaskFinding } from './delivery/find-task.ts';
import type { Clock, NameDirectory } from './delivery/ports.ts';
import { createPreview } from './delivery/preview.ts';
import { createRememberingReporter } from './delivery/remember-task.ts';
import { createReportRound, type ReportRound } from './delivery/report-round.ts';
import { systemClock } from './delivery/system-clock.ts';
import { createTaskLookup } from './delivery/task-lookup.ts';
import { defaultTiming, type Timing } from './delivery/timing.ts';
import type { Log } from './domain/log.ts';
import type { PortalOrigin } from './domain/portal.ts';
import { createDailyCheck, type DailyCheck } from './linking/daily-check.ts';
import { createForgetting } from './linking/forget.ts';
import { createLinking } from './linking/link.ts';
import type { ConfirmationAsker } from './linking/ports.ts';
import { createRefreshing } from './linking/refresh.ts';
import { createDeliveryEvents } from './observability/delivery-events.ts';
import { type Listening, listen, notFound, serveMetrics, withHealth } from './observability/http.ts';
import { createLog, type LogSink } from './observability/log.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { createPlaces, type Places } from './slack/installation/places.ts';
import { createSlackSurface, type SlackSurface } from './slack/surface.ts';
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
  start(): Promise<{ readonly port: number; readonly metricsPort?: number }>;
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

type Running = { begin(): ReturnType<Service['start']>; end(): Promise<void> };

async function assemble(config: Config, overrides: Overrides, log: Log): Promise<Running> {
  const clock = overrides.clock ?? systemClock;
  const timing: Timing = { ...defaultTiming, repeatAfterMs: config.timeoutMs, ...overrides.timing };
  const storage = await openStorage(config, { timing, rateOf: rateOf(config), holder: randomUUID(), log });
  const { identities, outbox } = storage;
  const metrics = createMetrics(() => outbox.count());
  const events = createDeliveryEvents(log, metrics);
  const portals = assemblePortals(config, { network: overrides.network, pacer: storage.pacer, clock, log });
  const linking = createLinking({
    identities,
    probe: portals.probe,
    portals: portals.gate,
    lock: storage.personLock,
    waiting: outbox,
    data: storage.personalData,
    readWebhookUrl: parseWebhookUrl,
    newId: randomUUID,
    now: () => clock.now(),
    log,
  });
  const findIdentity = linking.find;
  const refreshing = createRefreshing({
    identities,
    lock: storage.personLock,
    tokens: portals.tokens,
    pauseMs: Math.min(...timing.unreachableMs),
    clock,
    log,
  });
  const asker: ConfirmationAsker = { ask: (question) => surface.confirmationAsker.ask(question) };
  const connecting = assembleConnecting(config, { storage, portals, linking, asker, newReference, clock, log });
  const memory = createTaskMemory(storage.records);
  const lookup = createTaskLookup({ finder: portals.finder, actAs: refreshing.actAs, clock });
  const tasks = createTaskFinding({ lookup, memory, findIdentity, hasRoom: hasRoom(storage), clock, log });
  const names: NameDirectory = { resolve: (...asked) => surface.names.resolve(...asked) };
  const places = connectPlaces(config, { storage, clock, log });
  const surface = createSlackSurface(
    { transport: config.transport, access: places.access, slackApiUrl: config.slackApiUrl },
    {
      ...createAccept({
        outbox,
        findIdentity,
        names,
        clock,
        timing,
        log,
        events,
      }),
      linking,
      ...connecting.forSlack,
      deliveries: outbox,
      rules: config,
      removed: places.removed,
      tasks,
      defaults: createChannelDefaults({ memory, finding: tasks, findIdentity }),
      defaultsBy: config.defaultsBy,
      drafts: createDraftStore(storage.records, randomUUID),
      preview: createPreview({ names, clock, timing }),
      examine: createExamine({
        storage,
        findIdentity,
        refreshIdentity: refreshing.refresh,
        portal: portals.check,
        pacer: storage.pacer,
        memory: storage.portalMemory,
        log,
      }),
      clock,
      log,
      newReference,
    },
  );
  const reporter = createRememberingReporter({
    reporter: surface.reporter,
    memory,
    titleOf: tasks.titleOf,
    findIdentity,
    lock: storage.personLock,
    log,
  });
  const reports = createReportRound({ outbox, reporter, clock, timing, log, events });
  const courier = createCourier({
    outbox,
    messenger: portals.messenger,
    findIdentity,
    refreshIdentity: refreshing.refresh,
    lock: storage.personLock,
    tell: reports.tell,
    clock,
    timing,
    log,
    events,
    random: Math.random,
    capacity,
    alone: storage.alone,
  });
  storage.onWake(courier.wake);
  const dailyCheck = createDailyCheck({
    people: identities,
    ask: async (person) => surface.standingOf(person, await places.workspacesOf(person.tenant)),
    unlink: linking.unlink,
    endDead: places.endDead,
    claim: () => storage.chores.claimToday('daily-check'),
    schedule: (delayMs, wake) => clock.schedule(delayMs, wake),
    log,
  });
  return lifecycle({
    config,
    log,
    storage,
    surface,
    reports,
    courier,
    portals,
    metrics,
    connecting,
    places,
    dailyCheck,
  });
}

type PortalDeps = { readonly storage: Storage; readonly clock: Clock; readonly log: Log };

/** Where the app is installed, and what is deleted when it is not any more. */
function connectPlaces(config: Config, { storage, clock, log }: PortalDeps): Places {
  const { installations, personalData: data, personLock: lock } = storage;
  const forgetting = createForgetting({ installations, data, lock, log });
  return createPlaces(config, { storage, forgetting, now: () => clock.now(), log, newReference });
}

type Parts = {
  readonly config: Config;
  readonly log: Log;
  readonly storage: Storage;
  readonly surface: SlackSurface;
  readonly reports: ReportRound;
  readonly courier: Courier;
  readonly portals: { close(): Promise<void> };
  readonly metrics: Metrics;
  readonly connecting: AssembledConnecting;
  readonly places: Places;
  readonly dailyCheck: DailyCheck;
};

/** Starts from the inside out, so that nothing is accepted which cannot be carried; stops the other way round. */
function lifecycle(parts: Parts): Running {
  const { config, log, storage, surface, reports, courier, portals, metrics, connecting, places, dailyCheck } = parts;
  const listeners: Listening[] = [];

  return {
    async begin() {
      await courier.start();
      reports.start();
      await surface.start();
      dailyCheck.start();
      const port = await open(
        config.port,
        withHealth(storage.ping, connecting.withPages(places.withPages(surface.requestListener ?? notFound))),
      );
      const metricsPort =
        config.metricsPort === undefined ? undefined : await open(config.metricsPort, serveMetrics(metrics));
      log.info({ mode: config.transport.mode, port, metricsPort }, 'started');
      return { port, ...(metricsPort === undefined ? {} : { metricsPort }) };
    },
    async end() {
      const closed = Promise.all(listeners.map((listener) => listener.close()));
      await surface.stop();
      await dailyCheck.stop();
      await courier.stop();
      await reports.stop();
      await portals.close();
      await closed;
      await storage.close();
      log.info({}, 'stopped');
    },
  };

  async function open(port: number, handler: RequestListener): Promise<number> {
    const listener = await listen(config.host, port, handler);
    listeners.push(listener);
    return listener.port;
  }
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
