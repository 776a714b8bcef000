import { expect, it } from 'vitest';
import { openHarness } from '../support/harness.ts';

const spoofed = {
  'x-forwarded-for': '127.0.0.1',
  'x-forwarded-host': 'attacker.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-prefix': '/evil',
  'x-original-url': '/slack/events',
  'x-rewrite-url': '/slack/events',
  'x-http-method-override': 'POST',
  forwarded: 'for=127.0.0.1;host=attacker.example;proto=https',
};

it('forwarding headers, of a proxy or forged, change nothing', async () => {
  const { serviceUrl } = await openHarness('SQLite', { application: true });
  const ask = async (path: string, method: string, headers: Record<string, string>) => {
    const answer = await fetch(`${serviceUrl}${path}`, { method, headers, redirect: 'manual' });
    const told = [...answer.headers].filter(([name]) => name !== 'date');
    return { status: answer.status, told, text: await answer.text() };
  };
  for (const [method, path] of [
    ['GET', '/health/ready'],
    ['GET', '/bitrix24/connect?link=made-up'],
    ['GET', '/bitrix24/callback?state=a&code=b&domain=c&member_id=d'],
    ['GET', '/elsewhere'],
    ['POST', '/slack/events'],
  ] as const) {
    const plain = await ask(path, method, {});
    expect(await ask(path, method, spoofed)).toEqual(plain);
    expect(JSON.stringify(plain)).not.toContain('attacker.example');
  }
});

it('a signed command that comes through a proxy is answered once, whatever headers it brings, on PostgreSQL too', async () => {
  const { slack } = await openHarness('PostgreSQL');
  const { id, teamId } = slack.directory.person('anna');
  const typed = { command: '/b24task', text: 'help', team_id: teamId, user_id: id, trigger_id: '1.2.3' };
  const body = new URLSearchParams(typed).toString();
  const timestampSeconds = Math.floor(Date.now() / 1_000) - 10;
  const send = (headers: Record<string, string>) => slack.signedRequest(body, { timestampSeconds, headers });
  expect(await send(spoofed)).toMatchObject({ status: 200 });
  // The same request by another way is the same request.
  expect(await send({ 'x-forwarded-for': '203.0.113.7' })).toMatchObject({ status: 401, body: '' });
});
