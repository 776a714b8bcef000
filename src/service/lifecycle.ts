import type { RequestListener } from 'node:http';
import type { Config } from '../config.ts';
import type { Courier } from '../delivery/courier.ts';
import type { ReportRound } from '../delivery/report-round.ts';
import type { Timing } from '../delivery/timing.ts';
import { type Clock, pause, within } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import { present } from '../domain/present.ts';
import type { DailyCheck } from '../linking/daily-check.ts';
import { type Listening, listen, notFound, serveMetrics, withHealth } from '../observability/http.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Workspaces } from '../slack/installation/workspaces.ts';
import type { SlackSurface } from '../slack/surface.ts';
import type { Storage } from '../storage/open.ts';
import type { AssembledConnecting } from './connecting.ts';

/** The ports that a running service listens on. */
export type Listens = { readonly port: number; readonly metricsPort?: number };

export type Running = { begin(): Promise<Listens>; end(): Promise<void> };

export type RunningParts = {
  readonly config: Pick<Config, 'transport' | 'host' | 'port' | 'metricsPort'>;
  readonly clock: Clock;
  readonly timing: Pick<Timing, 'drainMs' | 'stopWithinMs'>;
  readonly log: Log;
  readonly storage: Storage;
  readonly surface: SlackSurface;
  readonly reports: ReportRound;
  readonly courier: Courier;
  readonly portals: { close(): Promise<void> };
  readonly metrics: Metrics | undefined;
  readonly connecting: AssembledConnecting;
  readonly workspaces: Workspaces;
  readonly dailyCheck: DailyCheck;
};

/**
 * Starts from the inside out, so that nothing is accepted which cannot be carried; stops the other way round. Before it
 * stops it is not ready and says so for a while, so that nobody knocks at a closed door.
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
    portals,
    metrics,
    connecting,
    workspaces,
    dailyCheck,
  } = parts;
  const listeners: Listening[] = [];
  let isEnding = false;

  return {
    async begin() {
      await courier.start();
      reports.start();
      await surface.start();
      dailyCheck.start();
      const port = await open(
        config.port,
        withHealth(ready, connecting.withPages(workspaces.withPages(surface.requestListener ?? notFound))),
      );
      const metricsPort =
        metrics && config.metricsPort !== undefined ? await open(config.metricsPort, serveMetrics(metrics)) : undefined;
      log.info({ mode: config.transport.mode, port, metricsPort }, 'started');
      return { port, ...present({ metricsPort }) };
    },
    end: () => withinPatience(windDown()),
  };

  async function ready(): Promise<void> {
    if (isEnding) {
      throw new Error('The service is ending');
    }
    await storage.ping();
  }

  async function windDown(): Promise<void> {
    isEnding = true;
    if (listeners.length > 0 && timing.drainMs > 0) {
      for (const listener of listeners) {
        listener.drain();
      }
      await pause(clock, timing.drainMs);
    }
    const closed = Promise.all(listeners.map((listener) => listener.close()));
    await surface.stop();
    await dailyCheck.stop();
    await courier.stop();
    await reports.stop();
    await portals.close();
    await closed;
    await storage.close();
    log.info({}, 'stopped');
  }

  /** A database that does not answer must not keep the process: what it has not written, the next start takes up. */
  function withinPatience(work: Promise<void>): Promise<void> {
    return within(clock, timing.stopWithinMs, work, () => log.warn({}, 'stopped without waiting any longer'));
  }

  async function open(port: number, handler: RequestListener): Promise<number> {
    const listener = await listen(config.host, port, handler);
    listeners.push(listener);
    return listener.port;
  }
}
