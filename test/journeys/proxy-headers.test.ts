import { expect, it } from 'vitest';
import { openWorld } from '../support/world.ts';

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

it('what a proxy or somebody before it writes into headers changes nothing', async () => {
  const { serviceUrl } = await openWorld('SQLite', { application: true });
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
