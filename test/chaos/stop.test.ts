import { expect, it } from 'vitest';
import { drain, gather } from './aftermath.ts';
import { chaosTimeoutMs } from './chaos-run.ts';
import { eventsAt, startDeployment } from './deployment.ts';
import { withPostgres, withSqlite } from './engines.ts';
import { openTasks, startHarness, writers } from './harness.ts';
import { createJournal } from './journal.ts';
import { readReplies } from './replies.ts';
import { startServiceProcess } from './service-process.ts';
import { judge } from './verdict.ts';
import { writeOnce } from './writing.ts';

/** Longer than any test lasts: who waits for this to be over never ends. */
const foreverMs = 600_000;

it(
  'stops after SIGTERM although the portal never answers, ends what can end by then, and loses nothing',
  {
    timeout: chaosTimeoutMs,
  },
  () =>
    withSqlite(async (storage) => {
      await using harness = await startHarness({ honoursKeys: true, requestLimitMs: foreverMs });
      const { slack, portal } = harness;
      const settings = { ...harness.settings, ...storage.settings };
      const first = await startServiceProcess({ ...settings, BITRIX24_TIMEOUT_MS: String(foreverMs) });
      slack.connectHttp(eventsAt(first.port));
      await harness.link(writers);
      const deps = { harness, journal: createJournal(), seed: '' };
      const [slow, stuck] = openTasks;

      await writeOnce(deps, writers[0], slow);
      await slack.waitFor(writers[0].name, ({ text }) => text.startsWith('Sent to'));
      portal.faults.next({ kind: 'lost', moment: 'after' });
      await writeOnce(deps, writers[0], stuck);
      const held = writers.slice(1).map(() => portal.faults.hold('after'));
      const underWay = await Promise.all(writers.slice(1).map((writer) => writeOnce(deps, writer, slow)));
      await Promise.all(held.map(({ arrived }) => arrived));
      portal.faults.set({ kind: 'slow', ms: 900, moment: 'after' });
      await Promise.all(writers.map((writer) => writeOnce(deps, writer, stuck)));
      const lateOnes = writers.map((writer) => writeOnce(deps, writer, slow));
      const stopping = first.stop();
      for (const { release } of held) {
        release();
      }
      expect(await stopping).toEqual({ code: 0, signal: null });
      expect(endOf(first.log)).toEqual(['stopped without waiting any longer']);
      const told = readReplies(slack);
      for (const { channel } of underWay) {
        expect(told.get(channel)?.map(({ meaning }) => meaning)).toContain('delivered');
      }

      await Promise.all(lateOnes);
      portal.faults.clear();
      const second = await startServiceProcess(settings);
      slack.connectHttp(eventsAt(second.port));
      await drain(deps);
      expect(await second.stop()).toEqual({ code: 0, signal: null });
      const verdict = judge({
        ...gather(harness),
        sent: deps.journal.sent,
        outages: [],
        honoursKeys: true,
        relinked: [],
      });
      expect(verdict.violations).toEqual([]);
      expect(verdict.counts.get('unknown')).toBeUndefined();
    }),
);

it('stops after SIGTERM while its database does not answer', { timeout: chaosTimeoutMs }, () =>
  withPostgres(async (storage) => {
    await using harness = await startHarness({ honoursKeys: true });
    const settings = { ...harness.settings, ...storage.settings };
    await using deployment = await startDeployment({ ...storage, settings, replicas: 1, program: 'product' });
    const people = writers.slice(0, 3);
    harness.slack.connectHttp(deployment.url);
    await harness.link(people);
    const deps = { harness, journal: createJournal(), seed: '' };
    harness.portal.faults.set({ kind: 'slow', ms: 500, moment: 'after' });
    await Promise.all(people.map((writer) => writeOnce(deps, writer, openTasks[0])));
    for (const database of deployment.databases) {
      database.hold();
    }
    const unanswered = people.map((writer) => writeOnce(deps, writer, openTasks[1]));
    expect(await deployment.stop()).toEqual([{ code: 0, signal: null }]);
    expect(endOf(deployment.log)).toEqual(['stopped without waiting any longer']);
    await Promise.all(unanswered);
  }),
);

/** What a service logs about its end: whether everything had ended, or it would not wait any longer. */
function endOf(log: readonly string[]): readonly (string | undefined)[] {
  return log.map((line) => /"msg":"(stopped(?: without waiting any longer)?)"/.exec(line)?.[1]).filter(Boolean);
}
