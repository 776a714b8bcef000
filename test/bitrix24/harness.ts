import { onTestFinished } from 'vitest';
import { createReasonedRest } from '../../src/bitrix24/ask-reason.ts';
import { type Caller, createCaller } from '../../src/bitrix24/call.ts';
import { createPortalGate, type PortalGateDeps } from '../../src/bitrix24/portal-gate.ts';
import { createPortalReads, type PortalReads } from '../../src/bitrix24/portal-reads.ts';
import { createRest, type Rest } from '../../src/bitrix24/rest.ts';
import type { Pacer } from '../../src/delivery/ports.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { Log, LogFields } from '../../src/domain/log.ts';
import { type PortalOrigin, portalOriginOf } from '../../src/domain/portal.ts';
import type { Proxies } from '../../src/domain/proxies.ts';
import { manualClock } from '../support/manual-clock.ts';

/** The client as the service builds it, with what a test wants to see of it. */
export type Harness = {
  readonly caller: Caller;
  readonly rest: Rest;
  readonly reads: PortalReads;
  readonly logged: readonly LogLine[];
};

/** A line of the log, as it was given. */
export type LogLine = { readonly level: keyof Log; readonly fields: LogFields; readonly message: string };

/** What a client under test is built from, where it is not the usual. */
export type HarnessOptions = Partial<PortalGateDeps> & {
  readonly clock?: Clock;
  readonly pacer?: Pacer;
  readonly trusted?: readonly string[];
  readonly proxies?: Proxies;
};

/** Builds a client that may talk to `portals`; it is closed at the end of the test. */
export function openHarness({
  clock = manualClock(),
  pacer = freePacer(),
  trusted = [],
  proxies,
  ...gate
}: HarnessOptions): Harness {
  const logged: LogLine[] = [];
  const portalGate = createPortalGate({ portals: undefined, ...gate });
  const caller = createCaller({ gate: portalGate, clock, version: '1.2.3', trusted, proxies });
  const log = recordingLog(logged);
  const rest = createReasonedRest({ rest: createRest({ caller, clock, log }), pacer, clock, log });
  onTestFinished(() => caller.close());
  return { caller, rest, reads: createPortalReads({ rest, pacer, clock }), logged };
}

/** A log that keeps its lines. */
export function recordingLog(lines: LogLine[]): Log {
  const at = (level: keyof Log) => (fields: LogFields, message: string) => lines.push({ level, fields, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A bucket that always has room. */
export function freePacer(): Pacer {
  return {
    draw: () => Promise.resolve({ waitMs: 0 }),
    markFull: () => Promise.resolve(),
    prove: () => Promise.resolve(),
    headroom: () => Promise.resolve({ left: 50, burst: 50, perSecond: 2 }),
  };
}

/** The portal origin in `text`, which must be one. */
export function originOf(text: string): PortalOrigin {
  const origin = portalOriginOf(text);
  if (!origin) {
    throw new Error(`${text} has no origin`);
  }
  return origin;
}
