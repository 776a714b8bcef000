import type { LookupFunction } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Agent, setGlobalDispatcher } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { proxiesOf } from '../../src/domain/proxies.ts';
import { Secret } from '../../src/domain/secret.ts';
import { systemClock } from '../../src/domain/system-clock.ts';
import { makeCertificate } from '../../src/sandbox/bitrix24/certificate.ts';
import { createSocketConnection } from '../../src/slack/receiving/socket-connection.ts';
import { createResponder } from '../../src/slack/replies/response-url.ts';
import { createBoltLogger } from '../../src/slack/web-api/bolt-logger.ts';
import { routeToSlack } from '../../src/slack/web-api/outgoing.ts';
import { createTokenChecks } from '../../src/slack/web-api/token-check.ts';
import { httpAnswer, startWire, type WireRequest } from '../bitrix24/wire.ts';
import { startOutgoingProxy } from '../support/outgoing-proxy.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const host = 'slack.example.org';

/** Finds every host on this machine, and notes which. */
function localLookup() {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, options, callback) => {
    asked.push(hostname);
    if (options.all) {
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    } else {
      callback(null, '127.0.0.1', 4);
    }
  };
  return { asked, lookup };
}

/** Slack over TLS: accepts every token, and gives a web socket at the same place. */
async function startSlackWire() {
  const tls = await makeCertificate([host]);
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, tls.cert]);
  onTestFinished(() => {
    setDefaultCACertificates(before);
    setGlobalDispatcher(new Agent());
  });
  const answer = ({ head, socket }: WireRequest) => {
    const place = `${host}:${wire.port}`;
    const body = { ok: true, team: 'Acme', url: `wss://${place}/link` };
    socket.write(/^upgrade: websocket/im.test(head) ? httpAnswer(403, '') : httpAnswer(200, JSON.stringify(body)));
  };
  const wire = await startWire(answer, { tls });
  return { wire, slackApiUrl: `https://${host}:${wire.port}/api/`, tunnel: `CONNECT ${host}:${wire.port}` };
}

describe('what goes to Slack', () => {
  it('goes through the proxy: the Web API, response URLs and the web socket', async () => {
    const { wire, slackApiUrl, tunnel } = await startSlackWire();
    const proxy = await startOutgoingProxy();
    const { asked, lookup } = localLookup();
    const address = new Secret(`http://proxy.example.org:${proxy.port}`);
    routeToSlack({ lookup, proxies: proxiesOf(address, undefined, '') });

    expect(await createTokenChecks({ slackApiUrl, log }).botToken(new Secret('xoxb-1'))).toMatchObject({
      kind: 'accepted',
    });
    const url = new Secret(new URL('/commands/1', slackApiUrl).href);
    expect(
      await createResponder({ clock: systemClock, slackApiUrl, log }).post(url, { text: 'hello', blocks: [] }),
    ).toBe('made');
    const socket = createSocketConnection({
      appToken: new Secret('xapp-1'),
      slackApiUrl,
      usedSignatures: { claim: async () => true },
      clock: systemClock,
      logger: createBoltLogger(log),
      log,
    });
    await socket.connect().catch(() => {});
    await socket.disconnect();

    const paths = wire.requests.map(({ head }) => head.split(' ')[1]);
    expect(paths).toEqual(['/api/auth.test', '/commands/1', '/api/apps.connections.open', '/link']);
    expect(new Set(proxy.asked.map(({ target }) => target))).toEqual(new Set([tunnel]));
    // A kept connection serves the first three; the web socket has one of its own.
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
    expect(new Set(asked)).toEqual(new Set(['proxy.example.org']));
  });

  it.each([
    ['without a proxy', undefined],
    ['where NO_PROXY names its host', proxiesOf(new Secret('http://127.0.0.1:1'), undefined, host)],
  ])('goes directly %s, and finds its host with the lookup that it was given', async (_, proxies) => {
    const { slackApiUrl } = await startSlackWire();
    const { asked, lookup } = localLookup();
    routeToSlack({ lookup, proxies });
    const finding = await createTokenChecks({ slackApiUrl, log }).botToken(new Secret('xoxb-1'));
    expect(finding).toMatchObject({ kind: 'accepted' });
    expect(asked).toEqual([host]);
  });
});
