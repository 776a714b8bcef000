import { describe, expect, it } from 'vitest';
import type { Webhook } from '../../src/sandbox/bitrix24/credentials.ts';
import { type Harness, openHarness, openNoticeHarness } from '../support/harness.ts';

describe('a message that waits', () => {
  it('is announced, and can be cancelled; nothing of it goes out', async () => {
    const harness = await openNoticeHarness({ overrides: { timing: { unreachableMs: [60_000] } } });
    const { anna, portal } = await linked(harness);
    await portal.down();
    await anna.command('/b24task 51 never mind');
    await harness.noticesAfter(1);
    const waiting = await anna.waitFor(({ text }) => text.includes('Not sent yet'));
    await anna.click('Do not send', { on: waiting });
    await anna.waitFor(({ text }) => text.includes('You took it back'));
    await portal.up();
    await anna.command('/b24task 51 but this one');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    expect(texts(harness, 51)).toEqual(['but this one']);
  });

  it('is announced together with the others of its sender where they are many', async () => {
    const harness = await openNoticeHarness({ overrides: { timing: { unreachableMs: [60_000] } } });
    const { anna, portal } = await linked(harness);
    await portal.down();
    for (let message = 1; message <= 12; message += 1) {
      await anna.command(`/b24task 51 message ${message}`);
    }
    await harness.noticesAfter(1);
    await anna.waitFor(({ text }) => /\d+ messages of yours are waiting/.test(text));
    await anna.command('/b24task status');
    await anna.waitFor(({ text }) => text.includes('Connected as'));
    expect(anna.seen().filter(({ text }) => text.includes('Not sent yet')).length).toBeLessThanOrEqual(4);
  });

  it('can be said once more while it waits, and then both go out', async () => {
    const harness = await openNoticeHarness();
    const { anna, portal } = await linked(harness);
    await portal.down();
    await anna.command('/b24task 51 lunch?');
    const asked = await anna.command('/b24task 51 lunch?');
    expect(asked.json['text']).toContain('it is still on its way. Send it once more?');
    await anna.click('Send once more');
    await anna.waitFor(({ text }) => text.startsWith('Sending it again'));
    await portal.up();
    await anna.waitFor(() => anna.seen().filter(({ text }) => text.startsWith('Sent')).length === 2);
    expect(texts(harness, 51)).toEqual(['lunch?', 'lunch?']);
  });

  it('cannot be cancelled once it may have run', async () => {
    const harness = await openNoticeHarness();
    const { anna, portal } = await linked(harness);
    await anna.command('/b24task 51 first');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    portal.faults.next({ kind: 'reset', moment: 'after' });
    await anna.command('/b24task 51 perhaps');
    await harness.noticesAfter(1);
    await anna.waitFor(({ text }) => text.includes('may have arrived'));
    await anna.command('/b24task status');
    const status = await anna.waitFor(({ text }) => text.includes('Connected as'));
    expect(JSON.stringify(status.blocks)).not.toContain('b24task.cancel');
  });

  it('goes on after a lost answer with the same key, and arrives once', async () => {
    const harness = await openHarness('SQLite', { settings: { BITRIX24_TIMEOUT_MS: '300' } });
    const { anna, portal } = await linked(harness);
    await anna.command('/b24task 51 first');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    portal.faults.next({ kind: 'lost', moment: 'after' });
    await anna.command('/b24task 51 second');
    await anna.waitFor(() => anna.seen().filter(({ text }) => text.startsWith('Sent')).length === 2);
    expect(texts(harness, 51)).toEqual(['first', 'second']);
    const keys = portal.requests.filter(({ method }) => method.endsWith('message.send')).map(({ key }) => key);
    expect(keys[1]).toBe(keys[2]);
  });

  it('is unknown after a lost answer where the portal does not know keys, and is never sent by itself', async () => {
    const harness = await openHarness('SQLite', {
      portal: { honoursKeys: false },
      settings: { BITRIX24_TIMEOUT_MS: '300' },
    });
    const { anna, portal } = await linked(harness);
    await anna.command('/b24task 51 first');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    portal.faults.next({ kind: 'lost', moment: 'after' });
    await anna.command('/b24task 51 second');
    const unknown = await anna.waitFor(({ text }) => text.includes('not certain'));
    expect(texts(harness, 51)).toEqual(['first', 'second']);

    const press = () => anna.click('Send again', { on: unknown }).catch(() => undefined);
    await Promise.all([press(), press()]);
    await anna.waitFor(({ text }) => text.startsWith('Sent'), { after: unknown });
    await anna.command('/b24task 51 the last one');
    await anna.waitFor(() => texts(harness, 51).includes('the last one'));
    expect(texts(harness, 51)).toEqual(['first', 'second', 'second', 'the last one']);
  });
});

describe('a credential that is refused', () => {
  it('is told once; what is said meanwhile waits and goes out, in order, after linking again', async () => {
    const harness = await openHarness();
    const { anna, webhook } = await linked(harness);
    webhook.revoke();
    await anna.command('/b24task 51 one');
    await anna.waitFor(({ text }) => text.includes('is waiting for you'));
    await anna.command('/b24task 51 two');
    await anna.command('/b24task 52 three');
    await anna.waitFor(() => anna.seen().filter(({ text }) => text.includes('is waiting for you')).length === 3);

    await link(harness, harness.webhookFor(7));
    await anna.waitFor(() => anna.seen().filter(({ text }) => text.startsWith('Sent')).length === 3);
    expect(texts(harness, 51)).toEqual(['one', 'two']);
    expect(texts(harness, 52)).toEqual(['three']);
  });

  it('does not hold up the new link, when the person linked again while the refusal was under way', async () => {
    const harness = await openHarness();
    const { anna, portal, webhook } = await linked(harness);
    webhook.revoke();
    const held = portal.faults.hold('before');
    await anna.command('/b24task 51 in between');
    await held.arrived;
    await link(harness, harness.webhookFor(7));
    held.release();
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    expect(texts(harness, 51)).toEqual(['in between']);
  });

  it('leaves nothing to be sent as somebody else', async () => {
    const harness = await openHarness();
    const { anna, portal, webhook } = await linked(harness);
    webhook.revoke();
    await anna.command('/b24task 51 as Anna');
    await anna.waitFor(({ text }) => text.includes('is waiting for you'));
    await link(harness, harness.webhookFor(9));
    await anna.waitFor(({ text }) => text.includes('another Bitrix24 user'));
    expect(portal.counts.messages).toBe(0);
  });

  it('can be unlinked: the app says how many wait, and asks', async () => {
    const harness = await openNoticeHarness();
    const { anna, portal } = await linked(harness);
    await portal.down();
    await anna.command('/b24task 51 waiting');
    await harness.noticesAfter(1);
    await anna.waitFor(({ text }) => text.includes('Not sent yet'));
    await anna.command('/b24task unlink');
    const question = await anna.waitFor(({ text }) => text.includes('1 waiting message'));
    await anna.click('b24task.unlink', { on: question });
    await anna.waitFor(({ text }) => text.includes('You disconnected Bitrix24'));
    await portal.up();
    expect(portal.counts.messages).toBe(0);
  });
});

async function linked(harness: Harness) {
  const webhook: Webhook = harness.portal.createWebhook({ userId: 7, scopes: ['task', 'tasks'] });
  await link(harness, webhook.url);
  return { anna: harness.slack.as('anna'), portal: harness.portal, webhook };
}

async function link({ slack }: Harness, url: string): Promise<void> {
  const anna = slack.as('anna');
  await anna.command('/b24task link');
  await anna.waitForView(() => true);
  expect((await anna.submit({ 'webhook-url': url })).errors).toEqual({});
  await anna.closeView({ all: true });
}

function texts({ portal }: Harness, task: number): string[] {
  return portal.chat(task).map(({ text }) => text);
}
