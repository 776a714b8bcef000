import { existsSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { runInService } from '../../src/admin/control/client.ts';
import { controlAddress } from '../../src/admin/control/protocol.ts';
import { type Harness, openHarness } from '../support/harness.ts';
import { administer, askService } from './administer.ts';

const whoever = 'T0ACME0000:U0ANNA0000';

function socketOf({ dataDir }: Harness): string {
  return join(dataDir, 'control.sock');
}

/** Says one line to the socket and reads until it ends. */
async function sayToSocket(harness: Harness, line: string): Promise<string> {
  const socket = connect(socketOf(harness));
  socket.on('error', () => {});
  socket.end(`${line}\n`);
  const heard: string[] = [];
  try {
    for await (const each of createInterface({ input: socket })) {
      heard.push(each);
    }
  } catch {
    // It was ended from the other side.
  }
  return heard.join('\n');
}

/** Links as `harness.link` does, and gives the secret of the address. */
async function linkAnna({ slack, portal }: Harness): Promise<{ readonly secret: string }> {
  const { url } = portal.createWebhook({ userId: 7, scopes: ['task', 'tasks'] });
  const anna = slack.as('anna');
  await anna.command('/b24task link');
  await anna.waitForView(() => true);
  expect((await anna.submit({ 'webhook-url': url })).errors).toEqual({});
  const secret = url.split('/').at(-2) ?? '';
  expect(secret.length).toBeGreaterThan(8);
  return { secret };
}

describe('a command beside a service on SQLite', () => {
  it('lists people and channel defaults, and prints no secret', async () => {
    const harness = await openHarness();
    const webhook = await linkAnna(harness);
    await harness.slack.as('anna').command('/b24task default 52');
    const listed = await administer(harness, 'people');
    expect(listed).toMatchObject({ code: 0 });
    expect(listed.lines[1]).toMatch(
      /^T0ACME0000 +U0ANNA0000 +http:\/\/127\.0\.0\.1:\d+ +7 +webhook +task tasks +\d{4}-/,
    );
    expect(listed.text).toContain('Connected: 1. Channels with a default task: 1.');
    const json = await askService(harness, 'people', '--json');
    expect(json.lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        kind: 'connection',
        user: 'U0ANNA0000',
        bitrixUserId: '7',
        by: 'webhook',
        scopes: ['task', 'tasks'],
        waiting: 0,
        parked: 0,
      },
      { kind: 'default', tenant: 'T0ACME0000', task: 52 },
    ]);
    expect(listed.text + json.text).not.toContain(webhook.secret);
    const there = await askService(harness, 'people', '--portal', `${harness.portal.origin}/company/`);
    expect(there.text).toContain('Connected: 1.');
    const elsewhere = await askService(harness, 'people', '--portal', 'acme.bitrix24.com');
    expect(elsewhere).toMatchObject({ code: 0, text: expect.stringContaining('Connected: 0.') });
  });

  it('forgets a person while the service goes on', async () => {
    const harness = await openHarness();
    await harness.link('anna', 7);
    await harness.slack.as('anna').command('/b24task 51 hello');
    await harness.slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
    const ran = await askService(harness, 'forget', 'T0ACME0000', 'U0ANNA0000');
    expect(ran).toMatchObject({ code: 0, text: expect.stringContaining('Deleted all about U0ANNA0000 of T0ACME0000') });
    const answer = await harness.slack.as('anna').command('/b24task 51 again');
    expect(harness.portal.counts.messages).toBe(1);
    expect(JSON.stringify(answer.json)).not.toBe('');
    expect((await askService(harness, 'people')).text).toContain('Connected: 0.');
  });

  it('encrypts everything anew while the service goes on', async () => {
    const harness = await openHarness();
    await harness.link('anna', 7);
    const ran = await askService(harness, 'rotate-keys');
    expect(ran).toMatchObject({ code: 0, text: expect.stringContaining('Nothing needs the other keys any more.') });
    await harness.slack.as('anna').command('/b24task 51 hello');
    await harness.slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
  });

  it('asks before it cancels, and does nothing when the answer is no', async () => {
    const harness = await openHarness();
    await harness.link('anna', 7);
    await harness.portal.down();
    await harness.slack.as('anna').command('/b24task 51 hello');
    const address = controlAddress(harness.dataDir) ?? '';
    const printed: string[] = [];
    const context = { env: {}, print: (line: string) => void printed.push(line) };
    const asked: string[] = [];
    const answering = (answer: boolean) => async (question: string) => {
      asked.push(question);
      return answer;
    };
    await runInService(address, 'outbox', { ...context, args: ['list', '--json'] });
    const { id } = JSON.parse(printed[0] ?? '');
    expect(await runInService(address, 'outbox', { ...context, args: ['cancel', id], ask: answering(false) })).toBe(1);
    await expect
      .poll(() => runInService(address, 'outbox', { ...context, args: ['cancel', id], ask: answering(true) }))
      .toBe(0);
    expect(asked[0]).toContain('Cancel this message?');
    await harness.slack.waitFor('anna', ({ text }) => text.includes('An administrator of this app took it back.'));
  });

  it('is taken only from who may read the folder, and what is not a command does no harm', async () => {
    const harness = await openHarness();
    expect(statSync(socketOf(harness)).mode & 0o777).toBe(0o600);
    for (const line of ['nonsense', '{"command":1}', '{"command":"__proto__","args":[]}', 'x'.repeat(100_000)]) {
      expect(await sayToSocket(harness, line)).not.toContain('"exit":0');
    }
    expect(await sayToSocket(harness, '{"command":"brew","args":[]}')).toContain('does not know brew');
    expect((await askService(harness, 'outbox', 'stats')).text).toContain('Nothing is stored.');
    await harness.service.stop();
    expect(existsSync(socketOf(harness))).toBe(false);
  });

  it('finds its way after a service that died left its socket behind', async () => {
    const harness = await openHarness();
    await harness.service.stop();
    writeFileSync(socketOf(harness), '');
    // Nobody listens: the command opens the data itself.
    expect((await administer(harness, 'outbox', 'stats')).text).toContain('Nothing is stored.');
    await harness.restart();
    expect((await administer(harness, 'outbox', 'stats')).text).toContain('Nothing is stored.');
    expect(harness.log.join('')).toContain('command of an administrator');
  });

  it.each([
    [['outbox', 'cancel'], 'Usage: npm run outbox'],
    [['outbox', 'list', '--state', 'lost'], 'Usage: npm run outbox'],
    [['outbox', 'list', '--limit', '-1'], 'Usage: npm run outbox'],
    [['outbox', 'release', ''], 'Usage: npm run outbox'],
    [['outbox', 'release', 'no address'], 'Usage: npm run outbox'],
    [['outbox', 'list', '--portal', 'no address'], 'Usage: npm run outbox'],
    [['outbox', 'retry', '--portal', 'ftp://acme.bitrix24.com'], 'Usage: npm run outbox'],
    [['people', '--portal', 'no address'], 'Usage: npm run people'],
  ])('explains itself for %j', async ([name = '', ...args], usage) => {
    const harness = await openHarness();
    expect(await askService(harness, name, ...args)).toMatchObject({ code: 2, text: expect.stringContaining(usage) });
  });

  it.each([
    [['show', 'nobody-knows-this'], 'there is no such message'],
    [['cancel', 'nobody-knows-this', '--yes'], 'there is no such message'],
    [['retry', 'nobody-knows-this'], 'there is no such message'],
    [['release', whoever, '--yes'], `Nothing waits for a new connection of ${whoever}.`],
  ])('says what there is not for %j', async (args, words) => {
    const harness = await openHarness();
    expect((await askService(harness, 'outbox', ...args)).text).toContain(words);
  });
});
