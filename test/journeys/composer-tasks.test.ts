import { describe, expect, it } from 'vitest';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import { textAt } from '../../src/sandbox/slack/json.ts';
import { onPostgres } from '../support/harness.ts';
import {
  expectNothingRefused,
  formOf,
  openJourney,
  sendTo,
  sentReply,
  shortcut,
  suggestionsOf,
  wordsOf,
} from './composing.ts';

describe('finding the task', () => {
  it('offers the thread, the default of the channel, the last tasks, then the rest by activity, each once', async () => {
    const harness = await openJourney(onPostgres);
    const { slack } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.command('/b24task default 53');
    for (const task of [51, 54]) {
      await anna.command(`/b24task ${task} hello`);
      await sentReplyAbout(anna, task);
    }
    const root = await anna.post('a thread');
    await anna.shortcut(shortcut, root);
    await formOf(anna);
    await sendTo(anna, 52);
    await sentReplyAbout(anna, 52);
    await anna.shortcut(shortcut, await slack.as('bob').post('more', { threadTs: root.ts }));
    await formOf(anna);

    const groups = await suggestionsOf(anna);
    expect(groups.map(({ label }) => label)).toEqual([
      'This thread went to',
      'Default of this channel',
      'You wrote to last',
    ]);
    expect(groups.map(({ values }) => values)).toEqual([['52'], ['53'], ['54', '51']]);
    expect(groups[0]?.texts).toEqual(['52 · Move the website to the new server']);
    expectNothingRefused(harness);
  });

  it('searches by words, by number, and by a pasted link, and tells where a task stands', async () => {
    const harness = await openJourney(onPostgres);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.command('/b24task');
    await formOf(anna);
    expect(await suggestionsOf(anna, 'NEW serv')).toMatchObject([{ values: ['52'] }]);
    expect(await suggestionsOf(anna, '#53')).toMatchObject([{ texts: ['53 · Order chairs for the Berlin office'] }]);
    const link = `${portal.origin}/workgroups/group/3/tasks/task/view/52/?ta_sec=x`;
    const { json } = await anna.suggest('task', link);
    expect(json).toMatchObject({ option_groups: [{ options: [{ description: { text: 'Pending · Website' } }] }] });
    expect(await suggestionsOf(anna, 'https://other.bitrix24.com/task/comments/51/')).toMatchObject([
      { label: 'That link is of another portal', values: ['note'] },
    ]);
    expect(await suggestionsOf(anna, 'nothing like that')).toMatchObject([
      { label: 'No task found', values: ['note'] },
    ]);
    await anna.suggest('task', 'nothing of the kind');
    expect(await anna.submit({ task: 'note', comment: 'hello' })).toMatchObject({
      outcome: 'errors',
      errors: { task: 'Choose a task from the list.' },
    });
    expectNothingRefused(harness);
  });

  it('while the portal is silent offers in time what is known here, says so, and still takes a number', async () => {
    const harness = await openJourney(onPostgres);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.command('/b24task 51 hello');
    const first = await sentReply(anna);
    await anna.command('/b24task');
    await formOf(anna);
    portal.faults.set({ kind: 'lost', moment: 'before' });
    const opening = await suggestionsOf(anna);
    expect(opening.map(({ label }) => label)).toEqual([
      'You wrote to last',
      expect.stringMatching(/ does not answer right now$/),
    ]);
    expect(opening[0]?.texts).toEqual(['51 · Prepare the quarterly report']);
    expect(await suggestionsOf(anna, '52')).toMatchObject([
      { label: 'Could not be looked up', values: ['52'], texts: ['Task 52'] },
      { values: ['note'] },
    ]);
    const submission = await anna.submit({ task: '52', comment: 'it can wait' });
    expect(submission).toMatchObject({ outcome: 'cleared', timedOut: false });
    portal.faults.set(undefined);
    await anna.waitFor(({ text }) => text.includes('|task 52>') && text.startsWith('Sent'), { after: first });
    expect(portal.chat(52)).toMatchObject([{ text: 'it can wait' }]);
    expectNothingRefused(harness);
  });

  it('shows titles only to those whose rights found them, in one channel', async () => {
    const harness = await openJourney(onPostgres);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    await harness.link('bob', 9);
    const [anna, bob] = [slack.as('anna'), slack.as('bob')];
    const secret = portal.tasks.get(60)?.title ?? '';
    await bob.command('/b24task default 60');
    await bob.waitFor(({ text }) => text.includes(secret));
    const root = await bob.post('pay rise?');
    await bob.shortcut(shortcut, root);
    await formOf(bob);
    await sendTo(bob, 60);
    expect((await sentReply(bob)).text).toContain(secret);

    await anna.shortcut(shortcut, await anna.post('what about it?', { threadTs: root.ts }));
    const form = await formOf(anna);
    expect(form.values).toMatchObject({ task: { task: { selected_option: null } } });
    for (const query of ['', 'salary', '60']) {
      const answer = await anna.suggest('task', query);
      expect(answer.options.map((option) => textAt(option, 'value'))).not.toContain('60');
      expect(answer.body).not.toContain(secret);
    }
    await anna.closeView({ all: true });
    const shown = await anna.command('/b24task default');
    expect(shown.body).toContain('task 60');
    expect(shown.body).toContain('You have no access to it');
    await anna.command('/b24task what is it?');
    await anna.click('Send');
    await anna.waitFor(({ text }) => text.startsWith('*Not sent*'));
    expect(JSON.stringify([anna.seen(), shown.body, wordsOf(form)])).not.toContain(secret);
    expect(portal.chat(60)).toHaveLength(1);
    expectNothingRefused(harness);
  });

  it('forgets with the link what somebody wrote to, and the threads they sent', async () => {
    const harness = await openJourney(onPostgres);
    const { slack } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    const root = await anna.post('a thread');
    await anna.shortcut(shortcut, root);
    await formOf(anna);
    await sendTo(anna, 51);
    await sentReply(anna);
    await anna.shortcut(shortcut, root);
    await formOf(anna);
    expect((await suggestionsOf(anna))[0]?.label).toBe('This thread went to');
    await anna.closeView({ all: true });

    await anna.command('/b24task unlink');
    await anna.waitFor(({ text }) => text.startsWith('Disconnected'));
    await harness.link('anna', 7);
    await anna.shortcut(shortcut, root);
    expect((await formOf(anna)).values).toMatchObject({ task: { task: { selected_option: null } } });
    expect((await suggestionsOf(anna)).map(({ label }) => label)).toEqual(['Newest activity first']);
    expectNothingRefused(harness);
  });

  it('remembers through a restart', async () => {
    const harness = await openJourney(onPostgres);
    await harness.link('anna', 7);
    const anna = harness.slack.as('anna');
    await anna.command('/b24task default 52');
    await anna.command('/b24task 51 hello');
    await sentReply(anna);
    await harness.restart();
    await anna.command('/b24task');
    const form = await formOf(anna);
    expect(form.values).toMatchObject({ task: { task: { selected_option: { value: '52' } } } });
    expect((await suggestionsOf(anna)).map(({ values }) => values).slice(0, 2)).toEqual([['52'], ['51']]);
    expectNothingRefused(harness);
  });
});

describe('a task that is not for the person', () => {
  it('is refused at its field, and nothing is sent', async () => {
    const harness = await openJourney({ mode: 'http', engine: 'SQLite' });
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.command('/b24task');
    await formOf(anna);
    const held = portal.faults.hold('before');
    await anna.suggest('task', '60');
    held.release();
    const submission = await anna.submit({ task: '60', comment: 'hello' });
    expect(submission.outcome).toBe('errors');
    expect(submission.errors['task']).toContain('There is no task 60, or you have no access to it');
    expect(portal.counts.messages).toBe(0);
    expectNothingRefused(harness);
  });
});

/** Waits until the message to this task is said to be sent; on a busy machine it is said to wait before that. */
function sentReplyAbout(person: SandboxPerson, task: number) {
  const names = [`task ${task}|`, `|task ${task}>`];
  return person.waitFor(({ text }) => text.startsWith('Sent') && names.some((name) => text.includes(name)));
}
