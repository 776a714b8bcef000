import { isValidSlackRequest } from '@slack/bolt';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signRequest } from '../../../src/sandbox/slack/sending/signing.ts';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { type RunningApp, startApp } from './bolt-app.ts';

let slack: SandboxSlack;
let app: RunningApp;

beforeAll(async () => {
  slack = await startSlack();
  app = await startApp(slack, 'HTTP', (bolt) => {
    bolt.command('/b24task', ({ ack }) => ack('ok'));
  });
});
afterAll(async () => {
  await app.stop();
  await slack.close();
});

const commandBody = 'command=%2Fb24task&text=51&team_id=T0ACME0000&user_id=U0ANNA0000';
const now = () => Math.floor(Date.now() / 1000);

describe('a signed request', () => {
  it('is accepted by the verification of Bolt, whatever its body', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }), (body, signingSecret) => {
        const timestamp = now();
        const headers = {
          'x-slack-signature': signRequest(signingSecret, timestamp, body),
          'x-slack-request-timestamp': timestamp,
        };
        return isValidSlackRequest({ signingSecret, body, headers });
      }),
    );
  });

  it('reaches the app as a person sends it', async () => {
    expect(await slack.signedRequest(commandBody)).toMatchObject({ status: 200, body: 'ok' });
  });

  it('is refused when it is stale, wrongly signed, unsigned or not understood', async () => {
    const status = async (...args: Parameters<SandboxSlack['signedRequest']>) =>
      (await slack.signedRequest(...args)).status;
    expect(await status(commandBody, { timestampSeconds: now() - 301 })).toBe(401);
    expect(await status(commandBody, { secret: 'another-secret' })).toBe(401);
    expect(await status(commandBody, { signature: 'v0=00' })).toBe(401);
    expect(await status(commandBody, { signature: null })).toBe(401);
    expect(await status('{broken', { contentType: 'application/json' })).toBe(400);
    expect(await status(commandBody, { method: 'PUT' })).toBe(404);
    expect(await status(Buffer.alloc(5 * 1024 * 1024, 'a'))).toBe(413);
    expect(await status(commandBody)).toBe(200);
  });

  it('to an address where nobody listens ends with the reason', async () => {
    const answer = await slack.signedRequest(commandBody, { to: 'http://127.0.0.1:9/' });
    expect(answer).toMatchObject({ status: 0, timedOut: false, error: expect.stringContaining('ECONNREFUSED') });
  });
});
