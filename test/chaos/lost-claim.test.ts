import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { gather, untilEnded } from './aftermath.ts';
import { chaosTimeoutMs } from './chaos-run.ts';
import { startDeployment } from './deployment.ts';
import { withPostgres } from './engines.ts';
import { createJournal, type Sent } from './journal.ts';
import { openTasks, startScene, steadyWriters, writers } from './scene.ts';
import { judge } from './verdict.ts';
import { writeOnce } from './writing.ts';

const [first, second, third] = openTasks;

/**
 * Longer than people write here: what is held at the portal keeps the service busy all the time. Its lease may be lost on
 * a slow machine, and then it is repeated after this, while the test still waits for it.
 */
const longMs = 45_000;

it('carries what it had leased when the answer of the database was lost', { timeout: chaosTimeoutMs }, () =>
  withPostgres(async (storage) => {
    await using scene = await startScene({ honoursKeys: true, requestLimitMs: longMs });
    const settings = { ...scene.settings, ...storage.settings, BITRIX24_TIMEOUT_MS: String(longMs) };
    await using deployment = await startDeployment({ ...storage, settings, replicas: 1 });
    scene.slack.connectHttp(deployment.url);
    await scene.link(writers);
    const deps = { scene, journal: createJournal(), seed: '' };
    await untilEnded(scene, [await writeOnce(deps, writers[0], third)]);
    const held = scene.portal.faults.hold('before');
    await writeOnce(deps, writers[0], first);
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
    const calmAt = performance.now();
    await untilEnded(scene, sent.filter(isTaken));
    expect(performance.now() - calmAt).toBeLessThan(20_000);

    held.release();
    await untilEnded(scene, deps.journal.sent.filter(isTaken));
    expect(await deployment.stop()).toEqual([{ code: 0, signal: null }]);
    const outages = [{ from: 0, to: Date.now() }];
    const verdict = judge({ ...gather(scene), sent: deps.journal.sent, outages, honoursKeys: true, relinked: [] });
    expect(verdict.violations).toEqual([]);
  }),
);

function isTaken({ takenAt }: Sent): boolean {
  return takenAt !== undefined;
}
