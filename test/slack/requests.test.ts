import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signRequest } from '../../src/sandbox/slack/sending/signing.ts';
import { type Harness, loggedReference, openHarness } from './harness.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const command = new URLSearchParams({
  team_id: 'T0ACME0000',
  user_id: 'U0ANNA0000',
  channel_id: 'C0GENERAL0',
  command: '/b24task',
  text: 'help',
  trigger_id: '1.2.3',
}).toString();

// What nobody answers at once is answered with a 500 in the end, before Slack gives up.
describe('a request to the Slack address', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await openHarness();
  });
  afterAll(() => harness.close());

  let asked = 0;
  const isUp = async () => {
    asked += 1;
    const { status, json: body } = await harness.slack.signedRequest(`${command}&asked=${asked}`);
    return status === 200 && String(body['text']).includes('/b24task connect');
  };

  it('that is signed is answered', async () => {
    expect(await isUp()).toBe(true);
  });

  it.each([
    ['without a signature', { signature: null }, 401],
    ['with an empty signature', { signature: '' }, 401],
    ['with a signature of another version', { signature: 'v1=00' }, 401],
    ['signed with another secret', { secret: 'not-the-secret' }, 401],
    ['with the signature of another body', { signature: `v0=${'0'.repeat(64)}` }, 401],
    ['with a signature in capital letters', { signature: `V0=${'0'.repeat(64)}` }, 401],
    ['without a readable time', { headers: { 'x-slack-request-timestamp': 'soon' } }, 401],
    ['over five minutes old', { timestampSeconds: nowSeconds() - 330 }, 401],
    ['over five minutes ahead', { timestampSeconds: nowSeconds() + 330 }, 401],
  ])('%s is refused', async (_, request, status) => {
    const answer = await harness.slack.signedRequest(command, request);
    expect(answer).toMatchObject({ status, body: '' });
    expect(await isUp()).toBe(true);
  });

  it.each([
    ['null', 'null', json],
    ['a number', '51', json],
    ['a list', '[]', json],
    ['an empty object', '{}', json],
    ['broken JSON', '{"type":', json],
    ['nothing', '', json],
    ['an unknown type', '{"type":"surprise","user":{"id":"U1"}}', json],
    ['an interaction of nobody', '{"type":"block_actions"}', json],
    ['an event without a type', '{"type":"event_callback","event":{}}', json],
    ['a form without a command', 'a=b', form],
    ['a form with a payload of null', 'payload=null', form],
    ['a form with a broken payload', 'payload=%7B%22type', form],
    ['JSON called a form', '{"type":"view_submission"}', form],
    ['a form called JSON', command, json],
  ])('with %s as its body is refused at once', async (_, body, contentType) => {
    const answer = await harness.slack.signedRequest(body, { contentType });
    expect(answer).toMatchObject({ status: 400, body: '' });
    expect(await isUp()).toBe(true);
  });

  it('that lacks fields of a command is answered with a reference, and not with silence', async () => {
    const answer = await harness.slack.signedRequest('command=%2Fb24task&text=51+hello&team_id=T0ACME0000');
    expect(answer.status).toBe(200);
    expect(answer.json['text']).toContain(loggedReference(harness));
    expect(harness.submissions).toEqual([]);
  });

  it.each([
    ['a person', { user_id: 'U0ANNA0000:C0GENERAL0' }],
    ['a workspace', { team_id: 'T0ACME0000:U0ANNA0000' }],
    ['an organisation', { enterprise_id: 'E0/T0' }],
    ['a channel', { channel_id: 'C0GENERAL0:1700000000.000100' }],
  ])('whose id of %s is none that Slack makes is taken for nobody', async (_, odd) => {
    const body = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(command)), text: '51 hello', ...odd });
    const answer = await harness.slack.signedRequest(body.toString());
    expect(answer.json['text']).toContain('Something in the app went wrong');
    expect(harness.submissions).toEqual([]);
  });

  it('that asks for the options of a select of another version is answered with none', async () => {
    const asking = { type: 'block_suggestion', team: { id: 'T0ACME0000' }, user: { id: 'U0ANNA0000' }, value: 'pay' };
    const payload = JSON.stringify({ ...asking, action_id: 'of-another-version', block_id: 'block' });
    const answer = await harness.slack.signedRequest(new URLSearchParams({ payload }).toString());
    expect(answer).toMatchObject({ status: 200, json: { options: [] } });
  });

  it.each([`${form}; charset=utf-8`, `${form};charset=UTF-8`, 'Application/X-WWW-Form-Urlencoded'])(
    'is understood with the content type %s',
    async (contentType) => {
      const { status, json: body } = await harness.slack.signedRequest(`${command}&as=${contentType}`, { contentType });
      expect(status).toBe(200);
      expect(body['text']).toContain('/b24task connect');
    },
  );

  it.each([
    ['with a sign', (time: number) => `+${time}`],
    ['with an exponent', (time: number) => `${time / 1e9}e9`],
    ['as a hexadecimal number', (time: number) => `0x${time.toString(16)}`],
    ['with a fraction', (time: number) => `${time}.0`],
    ['with a zero before it', (time: number) => `0${time}`],
  ])('whose time is written %s is refused, although its signature holds', async (_, write) => {
    const time = nowSeconds();
    const headers = { 'x-slack-request-timestamp': write(time) };
    expect(await harness.slack.signedRequest(`${command}&odd=${write(time)}`, { headers })).toMatchObject({
      status: 401,
    });
  });

  it('over 1 MiB is refused', async () => {
    const large = `${command}&more=${'x'.repeat(1024 * 1024)}`;
    expect(await harness.slack.signedRequest(large)).toMatchObject({ status: 413, body: '' });
    expect(await isUp()).toBe(true);
  });

  it('in pieces of no told length is refused unread, signed or not', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(harness.url, {
        method: 'POST',
        duplex: 'half',
        body: new Blob([command]).stream(),
        headers: { 'content-type': form, ...headers },
      });
    expect((await send({})).status).toBe(401);
    const time = nowSeconds();
    const signature = signRequest(harness.slack.app.signingSecret, time, command);
    const signed = { 'x-slack-request-timestamp': String(time), 'x-slack-signature': signature };
    expect((await send(signed)).status).toBe(411);
    expect(await isUp()).toBe(true);
  });

  it('that is not signed is refused before its body arrives', async () => {
    const { port, hostname } = new URL(harness.url);
    const head = 'POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n';
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(head));
      socket.setEncoding('utf8').once('data', resolve).once('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 .*connection: close/is);
  });

  it('that breaks off in the middle does no harm and logs no error', async () => {
    const { port, hostname } = new URL(harness.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write('POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\ncommand=');
        socket.destroy();
        socket.on('close', () => resolve());
      });
    });
    expect(await isUp()).toBe(true);
    expect(harness.log.filter(({ message }) => message === 'a request to the Slack address failed')).toEqual([]);
  });

  it.each([
    '/slack/./events',
    '/slack/other/../events',
    '//elsewhere/slack/events',
    '/slack\\events',
    'http://elsewhere/slack/events',
    '/slack/%65vents',
  ])('under the spelling %s is not known, and nothing unsigned gets in by it', async (path) => {
    const { port, hostname } = new URL(harness.url);
    const length = Buffer.byteLength(command);
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: ${form}\r\nContent-Length: ${length}`;
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write(`${head}\r\n\r\n${command}`));
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('/b24task connect');
  });

  it('with the probe of a certificate is answered unsigned, and nothing else in it counts', async () => {
    const answer = await harness.slack.signedRequest(`${command}&ssl_check=1`, { signature: null });
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(await (await fetch(`${harness.url}?ssl_check=1&token=t`)).text()).toBe('');
    expect((await fetch(`${harness.url}?ssl_check=1&token=t`)).status).toBe(200);
    expect((await fetch(`${harness.url}?ssl_check=0`)).status).toBe(404);
  });

  it('that says that Slack holds events back is taken', async () => {
    const body = { type: 'app_rate_limited', token: 't', team_id: 'T0ACME0000', minute_rate_limited: 1_518_467_820 };
    const answer = await harness.slack.signedRequest(JSON.stringify(body), { contentType: json });
    expect(answer).toMatchObject({ status: 200, body: '' });
  });

  it('with the check of the address is answered with its challenge', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'say this' });
    const answer = await harness.slack.signedRequest(body, { contentType: json });
    expect(answer).toMatchObject({ status: 200, json: { challenge: 'say this' } });
    expect(await harness.slack.signedRequest(body, { contentType: json, signature: null })).toMatchObject({
      status: 401,
    });
  });

  it('with an event that nothing listens to is acknowledged', async () => {
    expect(await harness.slack.sendEvent('app_home_opened', { user: 'U0ANNA0000' })).toMatchObject({ status: 200 });
  });

  describe('of a kind that this version has no use for', () => {
    const of = { team: { id: 'T0ACME0000', domain: 'acme' }, user: { id: 'U0ANNA0000' } };
    const view = { id: 'V1', callback_id: 'unheard-of', state: { values: {} } };
    const send = (payload: object) =>
      harness.slack.signedRequest(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());

    it.each([
      ['a submitted window', { type: 'view_submission', ...of, view }, { response_action: 'update' }],
      ['a closed window', { type: 'view_closed', ...of, view, is_cleared: false }, {}],
      ['a search', { type: 'block_suggestion', ...of, action_id: 'a', block_id: 'b', value: 'x' }, { options: [] }],
      ['an old-fashioned button', { type: 'interactive_message', ...of, actions: [{ name: 'a', type: 'button' }] }, {}],
      ['a pressed select', { type: 'block_actions', ...of, actions: [{ action_id: 'a', type: 'static_select' }] }, {}],
    ])('is answered at once: %s', async (_, payload, expected) => {
      const answer = await send(payload);
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject(expected);
    });
  });

  it('of another method or to another path is not found', async () => {
    expect((await fetch(harness.url)).status).toBe(404);
    expect((await fetch(new URL('/elsewhere', harness.url), { method: 'POST', body: command })).status).toBe(404);
    expect((await fetch(new URL('/slack/install', harness.url))).status).toBe(404);
    expect(await isUp()).toBe(true);
  });

  it('that is refused repeatedly is logged once', async () => {
    const before = harness.log.length;
    for (let times = 0; times < 30; times += 1) {
      await harness.slack.signedRequest(command, { signature: `v0=${String(times).padStart(64, '0')}` });
    }
    expect(harness.log.length - before).toBeLessThanOrEqual(1);
  });

  it('leaves nothing of its body in the log', async () => {
    await harness.slack.signedRequest('{"secret":"planted-in-the-body', { contentType: json });
    await harness.slack.signedRequest('command=planted-in-the-body');
    expect(JSON.stringify(harness.log)).not.toContain('planted-in-the-body');
  });
});
