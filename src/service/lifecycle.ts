import type { RequestListener } from 'node:http';
import packageFile from '../../package.json' with { type: 'json' };
import type { Control } from '../admin/control/server.ts';
import type { Config } from '../config.ts';
import type { Courier } from '../delivery/courier.ts';
import type { ReportRound } from '../delivery/report-round.ts';
import type { Timing } from '../delivery/timing.ts';
import { type Clock, pause, within } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import { present } from '../domain/present.ts';
import type { DailyCheck } from '../linking/daily-check.ts';
import { type Listening, listen, notFound, serveMetrics, withHealth } from '../observability/http.ts';
import { explainListenError, type ListenPlace } from '../observability/listen-error.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Workspaces } from '../slack/installation/workspaces.ts';
import type { SlackSurface } from '../slack/surface.ts';
import type { Storage } from '../storage/open.ts';
import type { TaskNotes } from '../tasks/task-notes.ts';
import type { AssembledConnecting } from './connecting.ts';
import { openControl } from './control.ts';
import type { Replicas } from './replicas.ts';

/** The ports that a running service listens on. */
export type Listens = { readonly port: number; readonly metricsPort?: number };

/** The running service: begins and ends once. */
export type Running = { begin(): Promise<Listens>; end(): Promise<void> };

/** The parts that are started and stopped. */
export type RunningParts = {
  readonly config: Pick<
    Config,
    'transport' | 'access' | 'portals' | 'host' | 'port' | 'metricsHost' | 'metricsPort' | 'storage' | 'warnings'
  >;
  readonly clock: Clock;
  readonly timing: Pick<Timing, 'drainMs' | 'stopWithinMs'>;
  readonly log: Log;
  readonly storage: Storage;
  readonly surface: SlackSurface;
  readonly reports: ReportRound;
  readonly notes: Pick<TaskNotes, 'stop'>;
  readonly courier: Courier;
  readonly portals: { close(): Promise<void> };
  readonly metrics: Metrics | undefined;
  readonly connecting: AssembledConnecting;
  readonly workspaces: Workspaces;
  readonly dailyCheck: DailyCheck;
  readonly replicas: Replicas;
};

/**
 * Starts from the inside out, so that no delivery is accepted before it can be sent; stops the other way round. Before
 * it stops it is not ready and says so for a while, so that load balancers send no new requests.
 */
export function createLifecycle(parts: RunningParts): Running {
  const {
    config,
    clock,
    timing,
    log,
    storage,
    surface,
    reports,
    courier,
    metrics,
    connecting,
    workspaces,
    dailyCheck,
  } = parts;
  const listeners: Listening[] = [];
  let control: Control | undefined;
  let isEnding = false;

  return {
    async begin() {
      warnOf(config, log);
      await courier.start();
      reports.start();
      await surface.start();
      dailyCheck.start();
      const port = await open(
        { host: config.host, port: config.port, hostSetting: 'HOST', portSetting: 'PORT' },
        withHealth(
          () => ready(parts, isEnding),
          connecting.withPages(workspaces.withPages(surface.requestListener ?? notFound)),
        ),
      );
      const metricsPort = metrics && (await openMetrics(metrics));
      control = await openControl(config.storage, storage, log);
      log.info({ ...buildOf(config), port, metricsPort }, 'started');
      return { port, ...present({ metricsPort }) };
    },
    end: () => withinPatience(parts, windDown()),
  };

  async function windDown(): Promise<void> {
    isEnding = true;
    log.info({}, 'stopping');
    if (listeners.length > 0 && timing.drainMs > 0) {
      await drain(listeners, clock, timing.drainMs);
    }
    const closed = Promise.all(listeners.map((listener) => listener.close()));
    await control?.close();
    await surface.stop();
    await dailyCheck.stop();
    await parts.replicas.stop();
    await courier.stop();
    await reports.stop();
    await parts.notes.stop();
    await parts.portals.close();
    await closed;
    await storage.close();
    log.info({}, 'stopped');
  }

  async function openMetrics(served: Metrics): Promise<number | undefined> {
    const { metricsHost: host, metricsPort: port } = config;
    const place = { host, hostSetting: 'METRICS_HOST', portSetting: 'METRICS_PORT' };
    return port === undefined ? undefined : open({ ...place, port }, serveMetrics(served));
  }

  async function open(place: ListenPlace, handler: RequestListener): Promise<number> {
    const listener = await listen(place.host, place.port, handler, metrics?.answered).catch((error: unknown) => {
      throw explainListenError(error, place);
    });
    listeners.push(listener);
    return listener.port;
  }
}

/** A database that does not answer must not keep the process: what it has not written, the next start takes up. */
function withinPatience({ clock, timing, log }: RunningParts, work: Promise<void>): Promise<void> {
  return within(clock, timing.stopWithinMs, work, () => log.warn({}, 'stopped without waiting any longer'));
}

/** What runs, for people who read the log later. */
function buildOf({ transport, storage, portals, access }: RunningParts['config']) {
  return {
    version: packageFile.version,
    node: process.versions.node,
    mode: transport.mode,
    engine: storage.databaseUrl ? 'PostgreSQL' : 'SQLite',
    workspaces: access.kind === 'one-workspace' ? 'one' : 'any that install it',
    portals: portals ?? 'any public one',
  };
}

/** Nothing can be accepted while the storage fails, while Slack was not reached yet, nor once the service ends. */
async function ready({ surface, storage }: RunningParts, isEnding: boolean): Promise<void> {
  if (isEnding) {
    throw new Error('The service is ending');
  }
  if (!surface.isReady()) {
    throw new Error('Slack was not reached yet');
  }
  await storage.ping();
}

/**
 * Answers on for a while, over connections that end with their answer: load balancers learn that they look elsewhere.
 */
async function drain(listeners: readonly Listening[], clock: Clock, drainMs: number): Promise<void> {
  for (const listener of listeners) {
    listener.drain();
  }
  await pause(clock, drainMs);
}

function warnOf({ warnings }: Pick<Config, 'warnings'>, log: Log): void {
  for (const { setting, message } of warnings) {
    log.warn({ setting }, `${setting} ${message}`);
  }
}
