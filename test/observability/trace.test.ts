import { expect, it } from 'vitest';
import { signRequest } from '../../src/sandbox/slack/sending/signing.ts';
import { openHarness } from '../support/harness.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';

it.each([
  ['its lines and the calls made at once carry it on', `00-${id}-00f067aa0ba902b7-01`, true],
  ['what is not one is left alone', `00-${id}-evil"}\\n-01`, false],
  ['another version is left alone', `cc-${id}-00f067aa0ba902b7-01`, false],
])('a trace that a request belongs to: %s', async (_, traceparent, isTaken) => {
  const harness = await openHarness();
  await harness.link('anna', 7);
  const { slack } = harness;
  const body = new URLSearchParams({
    team_id: 'T0ACME0000',
    user_id: slack.as('anna').id,
    channel_id: 'C0GENERAL0',
    command: '/b24task',
    text: '51 hello',
    trigger_id: '1.2.3',
  }).toString();
  const time = Math.floor(Date.now() / 1_000);
  const answer = await fetch(`${harness.serviceUrl}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(time),
      'x-slack-signature': signRequest(slack.app.signingSecret, time, body),
      traceparent,
    },
    body,
  }).catch(() => undefined);
  if (!isTaken) {
    expect(harness.log.join('')).not.toContain(id);
    return;
  }
  expect(answer?.status).toBe(200);
  const lines = () => harness.log.map((line) => JSON.parse(line));
  const findCalled = () => lines().find(({ msg, delivery }) => msg === 'portal called' && delivery);
  await expect.poll(findCalled).toBeDefined();
  expect(harness.portal.counts.messages).toBe(1);
  const accepted = lines().find(({ msg }) => msg === 'accepted');
  expect(accepted).toMatchObject({ trace: id, delivery: expect.any(String) });
  // What is sent, perhaps together with others, belongs to no request.
  expect(findCalled()).not.toHaveProperty('trace');
});
