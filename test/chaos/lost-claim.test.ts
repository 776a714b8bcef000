import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { gather, untilEnded } from './aftermath.ts';
import { chaosTimeoutMs } from './chaos-run.ts';
import { startDeployment } from './deployment.ts';
import { withPostgres } from './engines.ts';
import { type Harness, openTasks, startHarness, steadyWriters, writers } from './harness.ts';
import { createJournal, type Sent } from './journal.ts';
import { isFinal, placeOf } from './replies.ts';
import { judge } from './verdict.ts';
import { writeOnce } from './writing.ts';

const [first, second, third] = openTasks;

/**
 * How long the service waits for an answer of the portal. On a slow machine it gives up what is held there, or loses its
 * lease, and repeats it after this; then it is held again.
 */
const longMs = 45_000;

it('sends what it had claimed when the answer of the database was lost', { timeout: chaosTimeoutMs }, () =>
  withPostgres(async (storage) => {
    await using harness = await startHarness({ honoursKeys: true, requestLimitMs: longMs });
    const settings = { ...harness.settings, ...storage.settings, BITRIX24_TIMEOUT_MS: String(longMs) };
    await using deployment = await startDeployment({ ...storage, settings, replicas: 1 });
    harness.slack.connectHttp(deployment.url);
    await harness.link(writers);
    const deps = { harness, journal: createJournal(), seed: '' };
    await untilEnded(harness, [await writeOnce(deps, writers[0], third)]);
    const held = holdOne(harness);
    const busy = await writeOnce(deps, writers[0], first);
    await held.arrived;

    const sent: Sent[] = [];
    for (let round = 0; round < 45; round += 1) {
      const burst = Promise.all(steadyWriters.map((writer) => writeOnce(deps, writer, second)));
      await pause(5 + (round % 30));
      for (const database of deployment.databases) {
        database.shake();
      }
      sent.push(...(await burst));
    }
    await untilEnded(harness, sent.filter(isTaken));
    const ended = endedIn(harness);
    expect(sent.filter((each) => isTaken(each) && !ended.has(each.channel))).toEqual([]);
    expect(ended.has(busy.channel)).toBe(false);

    held.release();
    harness.portal.faults.clear();
    await untilEnded(harness, deps.journal.sent.filter(isTaken));
    expect(await deployment.stop()).toEqual([{ code: 0, signal: null }]);
    const outages = [{ from: 0, to: Date.now() }];
    const verdict = judge({ ...gather(harness), sent: deps.journal.sent, outages, honoursKeys: true, relinked: [] });
    expect(verdict.violations).toEqual([]);
  }),
);

/** Holds the next message at the portal, and every repeat of it, so that the service is never without work. */
function holdOne({ portal }: Harness) {
  const arrival = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let heldKey: string | undefined;
  portal.faults.script(({ key }) => {
    heldKey ??= key;
    return key === undefined || key !== heldKey
      ? undefined
      : { kind: 'held', moment: 'before', arrived: arrival.resolve, released: release.promise };
  });
  return { arrived: arrival.promise, release: release.resolve };
}

/** The places of the messages whose senders know how they ended. */
function endedIn({ slack }: Harness): ReadonlySet<string> {
  const finals = writers.flatMap(({ name }) => slack.seenBy(name).filter(isFinal));
  return new Set(finals.map(placeOf));
}

function isTaken({ takenAt }: Sent): boolean {
  return takenAt !== undefined;
}
