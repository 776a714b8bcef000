import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openHarness } from '../support/harness.ts';

const form = 'application/x-www-form-urlencoded';

describe('bad input', () => {
  it('gets a 4xx, and the app goes on', async () => {
    const { slack, link, portal } = await openHarness();
    await link('anna', 7);
    const body = 'command=%2Fb24task&text=51+hello&user_id=U0ANNA0000&team_id=T0ACME0000&trigger_id=1.2.3';
    const now = Math.floor(Date.now() / 1000);
    const bad = {
      unsigned: await slack.signedRequest(body, { signature: null }),
      'wrongly signed': await slack.signedRequest(body, { secret: 'another-secret' }),
      stale: await slack.signedRequest(body, { timestampSeconds: now - 301 }),
      'from the future': await slack.signedRequest(body, { timestampSeconds: now + 301 }),
      'not JSON': await slack.signedRequest('{"broken', { contentType: 'application/json' }),
      'a payload that is not JSON': await slack.signedRequest('payload=%7Bbroken', { contentType: form }),
      oversize: await slack.signedRequest(`text=${'x'.repeat(1024 * 1024 + 1)}`, { contentType: form }),
      'of no known type': await slack.signedRequest('{"type":"surprise"}', { contentType: 'application/json' }),
    };
    for (const [name, answer] of Object.entries(bad)) {
      expect(answer.status, name).toBeGreaterThanOrEqual(400);
      expect(answer.status, name).toBeLessThan(500);
    }
    expect(portal.counts.messages).toBe(0);
    await slack.as('anna').command('/b24task 51 still here');
    await slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
  });

  it('of any kind after the command never crashes the app, nor reaches a task that was not named', async () => {
    const { slack, link, portal } = await openHarness('SQLite', {
      settings: { BITRIX24_RATE: '10000/10000' },
      portal: { rate: { burst: 10_000, perSecond: 10_000 } },
    });
    await link('anna', 7);
    const anna = slack.as('anna');
    const word = fc.oneof(
      fc.constantFrom(
        '51',
        '#51',
        '52',
        '51x',
        '-51',
        '051',
        '5 1',
        'help',
        'link',
        'unlink',
        'status',
        'default',
        '<@U0BOB00000>',
        '\n',
        '\u0000',
        '<!channel>',
      ),
      fc.string({ maxLength: 12, unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (words) => {
        const before = portal.counts.messages;
        const text = words.join(' ');
        const answer = await anna.command(`/b24task ${text}`, { raw: true });
        expect(answer.status).toBe(200);
        const named = /^\s*#?0*(\d+)(?=\s|$)/.exec(text)?.[1];
        const reached = [...portal.tasks.keys()].filter(
          (task) => String(task) !== named && portal.chat(task).length > 0,
        );
        return before >= 0 && reached.every((task) => [51, 52].includes(task));
      }),
      { numRuns: 1_000 },
    );
    const health = await anna.command('/b24task help');
    expect(health.status).toBe(200);
  });
});
