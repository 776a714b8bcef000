import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/domain/system-clock.ts';
import type { SurfaceDeps } from '../../src/slack/ports.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Harness, type HarnessOptions, openHarness } from './harness.ts';

const form = 'application/x-www-form-urlencoded';
const who = { team_id: 'T0ACME0000', user_id: 'U0ANNA0000', channel_id: 'C0GENERAL0' };
const of = { team: { id: 'T0ACME0000', domain: 'acme' }, user: { id: 'U0ANNA0000' } };

const typed = (text: string) =>
  new URLSearchParams({ ...who, command: '/b24task', text, trigger_id: '1.2.3' }).toString();
const interaction = (payload: object) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

const search = interaction({ type: 'block_suggestion', ...of, action_id: 'task', block_id: 'task', value: 'x' });

describe('a signed request that is replayed', () => {
  const harnesses: Harness[] = [];
  afterEach(async () => {
    await Promise.all(harnesses.splice(0).map((harness) => harness.close()));
  });
  const open = async (options?: HarnessOptions) => {
    const harness = await openHarness(options);
    harnesses.push(harness);
    return harness;
  };

  it.each<readonly [string, string]>([
    ...['link', 'unlink', 'status', 'doctor', 'default', 'default 51', 'default off', 'help', ''].map(
      (text) => [`/b24task ${text}`, typed(text)] as const,
    ),
    ['a search', search],
    ['a button', interaction({ type: 'block_actions', ...of, actions: [{ action_id: 'b24task.unlink' }] })],
    [
      'a link form',
      interaction({
        type: 'view_submission',
        ...of,
        view: { id: 'V1', callback_id: 'b24task.link', state: { values: {} } },
      }),
    ],
  ])('is refused: %s', async (_, body) => {
    const harness = await open();
    const timestampSeconds = Math.floor(Date.now() / 1_000) - 10;
    expect((await harness.slack.signedRequest(body, { timestampSeconds })).status).toBe(200);
    const told = harness.log.length;
    expect(await harness.slack.signedRequest(body, { timestampSeconds })).toMatchObject({ status: 401, body: '' });
    expect(harness.log.slice(told).map(({ fields }) => fields)).toEqual([{ status: 401, reason: 'seen before' }]);
    // Somebody does the same again, and Slack signs it anew.
    expect((await harness.slack.signedRequest(body, { timestampSeconds: timestampSeconds + 1 })).status).toBe(200);
  });

  it('is refused by another replica too', async () => {
    const used = new Set<string>();
    const usedSignatures: SurfaceDeps['usedSignatures'] = {
      claim: async (id) => !used.has(id) && used.size < used.add(id).size,
    };
    const [one, other] = [await open({ deps: { usedSignatures } }), await open({ deps: { usedSignatures } })];
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const send = (to: string) => one.slack.signedRequest(typed('unlink'), { timestampSeconds, to });
    expect([(await send(one.url)).status, (await send(other.url)).status]).toEqual([200, 401]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no storage'))],
    ['does not answer', () => new Promise<boolean>(() => {})],
  ])('is refused by the process that answered it, even when the storage %s', async (_, claim) => {
    const harness = await open({ deps: { usedSignatures: { claim }, clock: systemClock } });
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const send = () => harness.slack.signedRequest(typed('help'), { timestampSeconds, contentType: form });
    expect([(await send()).status, (await send()).status]).toEqual([200, 401]);
  });

  it('is answered when it is a search of the same second, because people type the same again', async () => {
    const clock = manualClock({ epochMs: Date.UTC(2026, 10, 28, 9) });
    const harness = await open({ deps: { clock } });
    const timestampSeconds = clock.now() / 1_000;
    const send = () => harness.slack.signedRequest(search, { timestampSeconds });
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    clock.advance(3_000);
    expect(await send()).toMatchObject({ status: 401, body: '' });
  });

  it('is answered when it is a message, because its id is the same', async () => {
    const harness = await open();
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const send = () => harness.slack.signedRequest(typed('51 hello'), { timestampSeconds });
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    const keys = harness.submissions.map(({ interactionKey }) => JSON.stringify(interactionKey));
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  it('is answered when it is an event, because Slack repeats events', async () => {
    const harness = await open();
    const event = { type: 'app_home_opened', user: 'U0ANNA0000', tab: 'home' };
    const body = JSON.stringify({ type: 'event_callback', team_id: 'T0ACME0000', event });
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const send = (headers: Record<string, string>) =>
      harness.slack.signedRequest(body, { timestampSeconds, contentType: 'application/json', headers });
    expect((await send({})).status).toBe(200);
    expect((await send({ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' })).status).toBe(200);
  });
});
