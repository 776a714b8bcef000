import { expect, it, onTestFinished } from 'vitest';
import { startSlack } from '../../src/sandbox/slack/slack.ts';
import { hasCaddy, startCaddy } from '../support/caddy.ts';
import { hasNginx, startNginx } from '../support/nginx.ts';
import { besiege, strangers } from '../support/strangers.ts';
import { startStreamingProxy } from '../support/streaming-proxy.ts';
import { withSqlite } from './engines.ts';
import { slowness } from './scale.ts';
import { startServiceProcess } from './service-process.ts';
import { ask, helpBody } from './signed-commands.ts';

/** How requests get to the service, and whether the proxy is there. */
const ways = [
  { way: 'directly', startProxy: async (service: number) => service, isThere: true },
  { way: 'through a proxy that hands on what comes', startProxy: startStreamingProxy, isThere: true },
  { way: 'through Caddy', startProxy: startCaddy, isThere: hasCaddy },
  { way: 'through nginx', startProxy: (service: number) => startNginx([service]), isThere: hasNginx },
];

const silent = [
  'never send the body',
  'keep back the last byte of a large body',
  'keep back the last byte of a small body',
];
const dripping = ['send a body byte by byte', 'send a body in many pieces'];
const atOnce = 20;

it('bodies that come slowly are cut off on every way, while commands that come the same way are answered', () =>
  withSqlite(async (storage) => {
    const slack = await startSlack();
    const secret = slack.app.signingSecret;
    const service = await startServiceProcess(
      {
        ...storage.settings,
        SLACK_SIGNING_SECRET: secret,
        SLACK_BOT_TOKEN: slack.botToken(),
        SLACK_API_URL: slack.apiUrl,
        HOST: '127.0.0.1',
        PORT: '0',
      },
      'product',
    );
    onTestFinished(async () => {
      await service.kill();
      await slack.close();
    });
    const attack = async ({ way, startProxy }: (typeof ways)[number]) => {
      const port = await startProxy(service.port);
      const siegeOf = (kind: string) => {
        const siege = besiege(port, strangers[kind] ?? fail(kind), { atOnce, visits: 2 * atOnce });
        onTestFinished(() => siege.end());
        return siege;
      };
      // nginx keeps a body from the service until it is whole, for as long as a packet comes now and then.
      const [kept, others] = [silent.map(siegeOf), dripping.map(siegeOf)];
      const sieges = way === 'through nginx' ? kept : [...kept, ...others];
      const statuses = new Set<number | undefined>();
      const cutOff = async () => {
        statuses.add((await ask(port, false, { path: '/slack/events', body: helpBody(nextNumber()), secret })).status);
        return sieges.every(({ connections }) => connections >= 2 * atOnce);
      };
      await expect.poll(cutOff, { timeout: 30_000 * slowness, interval: 50, message: way }).toBe(true);
      return { way, statuses: [...statuses] };
    };
    const there = ways.filter(({ isThere }) => isThere);
    expect(await Promise.all(there.map(attack))).toEqual(there.map(({ way }) => ({ way, statuses: [200] })));
  }));

let number = 0;

function nextNumber(): number {
  number += 1;
  return number;
}

function fail(kind: string): never {
  throw new Error(`No stranger is known to ${kind}`);
}
