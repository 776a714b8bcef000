import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/sandbox/slack/json.ts';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { clientOf, manualClock, plain } from './bolt-app.ts';

const clock = manualClock();
let slack: SandboxSlack;
let url: string;

/** The response URL of a command nobody answers. */
async function commandUrl(): Promise<string> {
  const { interaction } = await slack.as('anna', { channel: 'general' }).command('/b24task');
  return String(interaction?.payload['response_url']);
}

async function post(to: string, message: JsonObject): Promise<{ status: number; body: unknown }> {
  const response = await fetch(to, { method: 'POST', body: JSON.stringify(message) });
  return { status: response.status, body: await response.json() };
}

const texts = (user: string) =>
  slack
    .seenBy(user)
    .filter((message) => message.via === 'response_url')
    .map((message) => message.text);

beforeAll(async () => {
  slack = await startSlack({ clock });
  slack.connectHttp('http://127.0.0.1:9/');
});
afterAll(() => slack.close());
beforeEach(async () => {
  url = await commandUrl();
});

describe('a response URL', () => {
  it('takes five messages and no sixth', async () => {
    for (const text of ['1', '2', '3', '4', '5']) {
      expect(await post(url, { text: `use ${text}` })).toEqual({ status: 200, body: { ok: true } });
    }
    expect(await post(url, { text: 'use 6' })).toEqual({ status: 404, body: { ok: false, error: 'used_url' } });
    expect(texts('anna').filter((text) => text.startsWith('use'))).toHaveLength(5);
  });

  it('lives for thirty minutes', async () => {
    clock.advance(30 * 60_000);
    expect((await post(url, { text: 'just in time' })).status).toBe(200);
    clock.advance(1000);
    expect(await post(url, { text: 'too late' })).toEqual({ status: 404, body: { ok: false, error: 'expired_url' } });
    expect((await post(`${url}x`, { text: 'guessed' })).status).toBe(404);
  });

  it('shows a message to the person alone unless it says otherwise', async () => {
    await post(url, { text: 'quiet' });
    await post(url, { text: 'loud', response_type: 'in_channel' });
    expect(texts('anna')).toEqual(expect.arrayContaining(['quiet', 'loud']));
    expect(texts('bob')).toContain('loud');
    expect(texts('bob')).not.toContain('quiet');
  });

  it('reaches a thread only in the channel and without replacing', async () => {
    const last = () => slack.seenBy('anna').at(-1);
    await post(url, { text: 'a', thread_ts: '1.1' });
    expect(last()?.threadTs).toBeUndefined();
    await post(url, { text: 'b', thread_ts: '1.1', response_type: 'in_channel' });
    expect(last()?.threadTs).toBeUndefined();
    await post(url, { text: 'c', thread_ts: '1.1', response_type: 'in_channel', replace_original: false });
    expect(last()?.threadTs).toBe('1.1');
  });

  it('of a command has no original that could be replaced', async () => {
    await post(url, { text: 'first answer' });
    await post(url, { text: 'second answer', replace_original: true });
    expect(texts('anna').slice(-2)).toEqual(['first answer', 'second answer']);
  });

  it('of a button replaces or deletes the message with the button', async () => {
    const blocks = [{ type: 'actions', elements: [{ type: 'button', action_id: 'go', text: plain('Go') }] }];
    await post(url, { text: 'press', blocks });
    const anna = slack.as('anna');
    const buttonUrl = async () => String((await anna.click('go')).interaction?.payload['response_url']);
    const [first, second] = [await buttonUrl(), await buttonUrl()];
    const message = anna.seen().findLast((seen) => seen.text === 'press');
    await post(first, { text: 'pressed', replace_original: true, response_type: 'in_channel' });
    expect(message).toMatchObject({ text: 'pressed', ephemeralTo: anna.id, replaced: 1 });
    await post(first, { text: 'an extra one', replace_original: false });
    expect(texts('anna').slice(-1)).toEqual(['an extra one']);
    await post(second, { delete_original: true });
    expect(anna.seen()).not.toContain(message);
  });

  it('refuses what a message cannot hold, which costs no use', async () => {
    expect(await post(url, {})).toMatchObject({ status: 400, body: { error: 'no_text' } });
    expect(await post(url, { text: 'x', blocks: [{ type: 'invented' }] })).toMatchObject({
      status: 400,
      body: { error: 'invalid_blocks' },
    });
    for (let use = 1; use <= 5; use += 1) {
      expect((await post(url, { text: 'fine' })).status).toBe(200);
    }
  });

  it('fails as it is told to', async () => {
    slack.fault('response_url', { status: 500 }, 1);
    expect((await fetch(url, { method: 'POST', body: '{"text":"x"}' })).status).toBe(500);
    slack.fault('response_url', { rateLimitedSeconds: 3 }, 1);
    const limited = await fetch(url, { method: 'POST', body: '{"text":"x"}' });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
    slack.fault('response_url', { reset: true }, 1);
    await expect(fetch(url, { method: 'POST', body: '{"text":"x"}' })).rejects.toThrow();
    slack.fault('response_url', { lost: true }, 1);
    await expect(post(url, { text: 'arrived unanswered' })).rejects.toThrow();
    expect(texts('anna')).toContain('arrived unanswered');
    slack.fault('*', { status: 500 }, 1);
    expect((await post(url, { text: 'not a Web API call' })).status).toBe(200);
    await expect(clientOf(slack).auth.test()).rejects.toThrow();
  });
});
