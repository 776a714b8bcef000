import { expect, it } from 'vitest';
import { gather, untilEnded } from './aftermath.ts';
import { chaosTimeoutMs } from './chaos-run.ts';
import { startDeployment } from './deployment.ts';
import { withPostgres } from './engines.ts';
import { openTasks, relinker, startHarness } from './harness.ts';
import { createJournal } from './journal.ts';
import { judge } from './verdict.ts';
import { writeOnce } from './writing.ts';

const unreachable = 'http://127.0.0.1:1/slack/events';

it('makes one delivery of an interaction that two replicas get at the same time', { timeout: chaosTimeoutMs }, () =>
  withPostgres(async (storage) => {
    await using harness = await startHarness({ honoursKeys: true });
    const settings = { ...harness.settings, ...storage.settings };
    await using deployment = await startDeployment({ ...storage, settings, replicas: 2 });
    const { slack } = harness;
    slack.connectHttp(deployment.url);
    await harness.link([relinker]);
    const journal = createJournal();
    slack.connectHttp(unreachable);
    for (let count = 1; count <= 20; count += 1) {
      const channel = harness.newPlace(relinker);
      const about = { writer: relinker, authorId: relinker.userId, task: openTasks[0], channel };
      const sent = journal.open({ ...about, text: `m${count} from anna to 51` });
      const { interaction } = await slack.as(relinker.name).command(`/b24task 51 ${sent.text}`, { channel });
      const twice = [...deployment.replicaUrls, ...deployment.replicaUrls];
      const answers = await Promise.all(twice.map((to) => slack.redeliver(interaction, { to })));
      for (const answer of answers) {
        journal.note(sent, answer);
      }
      expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, '']));
    }
    slack.connectHttp(deployment.url);
    await untilEnded(harness, [
      ...journal.sent,
      await writeOnce({ harness, journal, seed: '' }, relinker, openTasks[0]),
    ]);
    const verdict = judge({ ...gather(harness), sent: journal.sent, outages: [], honoursKeys: true, relinked: [] });
    expect(verdict.violations).toEqual([]);
    expect(verdict.counts.get('delivered')).toBe(journal.sent.length);
  }),
);
