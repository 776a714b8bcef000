import { parentPort, workerData } from 'node:worker_threads';
import { createCaller } from '../../src/bitrix24/call.ts';
import { createPortalGate } from '../../src/bitrix24/portal-gate.ts';
import { portalOriginOf } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';
import { systemClock } from '../../src/domain/system-clock.ts';

/** Calls a portal many times at once, in a thread whose heap is small, and says how each call ended. */
async function callAtOnce(origin: string, calls: number): Promise<void> {
  const portal = portalOriginOf(origin);
  const gate = createPortalGate({ portals: portal ? [portal] : [] });
  const caller = createCaller({ gate, clock: systemClock, version: '1.2.3' });
  const request = {
    origin,
    path: new Secret('/rest/profile'),
    contentType: 'application/json',
    body: new Secret('{}'),
    leaveWithinMs: 30_000,
    answerWithinMs: 60_000,
  };
  const results = await Promise.all(Array.from({ length: calls }, () => caller.call(request)));
  await caller.close();
  parentPort?.postMessage(results.map((result) => ('cause' in result ? result.cause : result.kind)));
}

const { origin, calls }: { origin: string; calls: number } = workerData;
await callAtOnce(origin, calls);
