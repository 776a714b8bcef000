import { compare, type Findings, percentile } from '../figures.ts';
import type { Harness, Load } from '../harness.ts';
import { alternate, pairs } from '../rounds.ts';
import { type Journey, travel } from '../travel.ts';

const people = 100;
const atOnce = 32;
const pacedPerSecond = 50;

/** (b) From the command to the text in the portal's chat, against a bridge of a dozen lines that keeps nothing. */
export async function measureEndToEnd(harness: Harness): Promise<Findings> {
  const { scale } = harness;
  const portal = await harness.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const dataDir = harness.newDir(await harness.linkedDir(portal));
  const service = await harness.startService({ dataDir, portal, rate: '100000/100000' });
  const bridge = await harness.startBridge('dozen-line-bridge', portal);

  const flood = { kind: 'flood', atOnce, most: scale.pick(2_000, 500), forMs: 60_000 } as const;
  const paced = { kind: 'paced', perSecond: pacedPerSecond, count: scale.pick(250, 100) } as const;
  const throughService = (load: Load) => travel(harness, portal, service, { people, load, replies: true });
  const throughBridge = (load: Load) => travel(harness, portal, bridge, { people, load, replies: false });

  harness.say('end-to-end: warming up');
  const warmUp = { ...flood, most: 2_000 };
  await throughService(warmUp);
  await throughBridge(warmUp);
  harness.say('end-to-end: throughput');
  const floods = await alternate(
    scale.pick(7, 3),
    () => throughService(flood),
    () => throughBridge(flood),
  );
  harness.say('end-to-end: latency');
  const paces = await alternate(
    scale.pick(5, 3),
    () => throughService(paced),
    () => throughBridge(paced),
  );
  await Promise.all([service.stop(), bridge.stop()]);

  const naming = { section: 'end-to-end', baseline: 'dozen-line bridge' };
  return {
    figures: [
      compare({ ...naming, name: 'messages in the chat', unit: '/s' }, pairs(floods, perSecond), {
        of: 'ratio',
        bound: 'at least',
        limit: 0.7,
      }),
      compare({ ...naming, name: 'processor time per message', unit: 'ms' }, pairs(floods, processorMsEach)),
      compare({ ...naming, name: 'command to chat p50', unit: 'ms' }, pairs(paces, tookMs(0.5)), {
        of: 'difference',
        bound: 'at most',
        limit: 10,
      }),
      compare({ ...naming, name: 'command to chat p99', unit: 'ms' }, pairs(paces, tookMs(0.99))),
    ],
    conditions: [
      `${people} linked people; the portal's bucket never fills. The bridge: Bolt, one undici POST, no durability, no reply.`,
      `Throughput: ${atOnce} commands always on their way until ${flood.most} are sent, then until all are in their chats.`,
      `Latency: ${pacedPerSecond} commands per second. The service's replies to senders fall into its own rounds, and count in its processor time.`,
    ],
  };
}

function perSecond({ tookMs, lastedMs }: Journey): number {
  return (tookMs.length * 1_000) / lastedMs;
}

function processorMsEach({ tookMs, processorMs }: Journey): number {
  return processorMs / tookMs.length;
}

function tookMs(share: number): (journey: Journey) => number {
  return (journey) => percentile(journey.tookMs, share);
}
