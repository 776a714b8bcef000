import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { gather, untilEnded } from './aftermath.ts';
import { chaosTimeoutMs } from './chaos-run.ts';
import { eventsAt } from './deployment.ts';
import { withPostgres } from './engines.ts';
import { createJournal, type Sent } from './journal.ts';
import { startRelay } from './relay.ts';
import { openTasks, startScene, steadyWriters, writers } from './scene.ts';
import { startServiceProcess } from './service-process.ts';
import { judge } from './verdict.ts';
import { writeOnce } from './writing.ts';

it(
  'carries what it had leased when the answer of the database was lost, however busy it is',
  {
    timeout: chaosTimeoutMs,
  },
  () =>
    withPostgres(async (storage) => {
      await using scene = await startScene({ honoursKeys: true, requestLimitMs: 100_000 });
      const url = new URL(storage.databaseUrl ?? '');
      const databasePort = Number(url.port);
      const database = await startRelay(() => databasePort);
      url.port = String(database.port);
      const settings = {
        ...scene.settings,
        ...storage.settings,
        DATABASE_URL: url.href,
        BITRIX24_TIMEOUT_MS: '100000',
      };
      const service = await startServiceProcess(settings);
      scene.slack.connectHttp(eventsAt(service.port));
      await scene.link(writers);
      const deps = { scene, journal: createJournal(), seed: '' };

      await untilEnded(scene, [await writeOnce(deps, writers[0], openTasks[2])]);
      // Something is always on its way, so leases are renewed all the time.
      const held = scene.portal.faults.hold('before');
      await writeOnce(deps, writers[0], openTasks[0]);
      await held.arrived;
      const taken: Sent[] = [];
      for (let round = 0; round < 60; round += 1) {
        const burst = Promise.all(steadyWriters.map((writer) => writeOnce(deps, writer, openTasks[1])));
        await pause(5 + (round % 30));
        database.shake();
        taken.push(...(await burst));
      }
      const before = performance.now();
      await untilEnded(
        scene,
        taken.filter(({ takenAt }) => takenAt !== undefined),
      );
      const tookMs = performance.now() - before;
      held.release();
      await untilEnded(scene, deps.journal.sent);
      expect(await service.stop()).toEqual({ code: 0, signal: null });
      await database.close();
      const outages = [{ from: 0, to: Date.now() }];
      const { violations } = judge({
        ...gather(scene),
        sent: deps.journal.sent,
        outages,
        honoursKeys: true,
        relinked: [],
      });
      expect(violations).toEqual([]);
      expect(tookMs).toBeLessThan(20_000);
    }),
);
