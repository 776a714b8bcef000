import { describe, expect, it } from 'vitest';
import type { SandboxPerson } from '../../src/sandbox/slack/interactions/sandbox-person.ts';
import { overHttp } from '../support/harness.ts';
import { expectNothingRefused, formOf, openJourney, sendTo, sentReply, wordsOf } from './composing.ts';

/** Her first message to the task is looked for in its chat. */
async function sayFirst(anna: SandboxPerson): Promise<string> {
  await anna.command('/b24task 51 the first of all');
  return JSON.stringify((await sentReply(anna)).blocks);
}

/** A later message, so that nothing but its file needs the chat. */
async function sendFile(anna: SandboxPerson): Promise<string> {
  await anna.command('/b24task');
  await formOf(anna);
  await anna.select('files', [anna.upload({ name: 'plan.pdf', size: 10 }).id]);
  await sendTo(anna, 51, { comment: 'with a file' });
  return JSON.stringify((await sentReply(anna, anna.seen().at(-1)?.order)).blocks);
}

describe('a connection that has lost the permission im in Bitrix24', () => {
  it.each([
    ['a look for a message', async () => {}, sayFirst],
    ['a file', async (anna: SandboxPerson) => void (await sayFirst(anna)), sendFile],
  ])('is known as such from the first thing that met it: %s', async (_, before, meet) => {
    const harness = await openJourney(overHttp);
    const { slack, portal } = harness;
    const webhook = portal.createWebhook({ userId: 7, scopes: ['task', 'tasks', 'im'] });
    const anna = slack.as('anna');
    await anna.command('/b24task link');
    await anna.waitForView(() => true);
    await anna.submit({ 'webhook-url': webhook.url });
    await anna.closeView({ all: true });
    await before(anna);

    webhook.setScopes(['task', 'tasks']);
    expect(await meet(anna)).not.toContain('take-back');

    expect(JSON.stringify((await anna.command('/b24task status')).json)).toContain('The permission `im` is missing');
    await anna.command('/b24task');
    expect(wordsOf(await formOf(anna))).not.toContain('file_input');
    expectNothingRefused(harness);
  });
});
