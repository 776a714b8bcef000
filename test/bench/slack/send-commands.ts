import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { z } from 'zod';
import { commandText } from '../messages.ts';
import { commandForm, signedHeaders } from './interactions.ts';

/**
 * Commands to send. Each has the next mark, from `firstMark`; people and tasks take turns, so that neighbours are of
 * different people. `flood`: always `atOnce` on their way, over connections that are kept or over a new one each, as many
 * proxies open them. `paced`: one after the other at a fixed rate, whatever the answers do.
 */
export const sending = z.object({
  target: z.string(),
  offsetMs: z.number(),
  people: z.number(),
  firstTask: z.number(),
  tasks: z.number(),
  firstMark: z.number(),
  load: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('flood'),
      atOnce: z.number(),
      most: z.number(),
      forMs: z.number(),
      connections: z.enum(['kept', 'new']).optional(),
    }),
    z.object({ kind: z.literal('paced'), perSecond: z.number(), count: z.number() }),
  ]),
});

/**
 * What came of it: for each command when it was sent (shared clock) and how long its acknowledgement took. A `refused`
 * one was not answered with 200 and an empty body, as something that was accepted is; `said` is the first such answer.
 */
export const sent = z.object({
  sentAt: z.array(z.number()),
  tookMs: z.array(z.number()),
  refused: z.number(),
  said: z.string().optional(),
  endedAt: z.number(),
});

type Sending = z.infer<typeof sending>;
type Sent = z.infer<typeof sent>;
type Answer = { readonly status: number; readonly body: string };

const pacedConnections = 64;

/** Sends commands and measures their acknowledgements, as the web server of Slack would see them. */
export async function sendCommands(
  { target, offsetMs, people, firstTask, tasks, firstMark, load }: Sending,
  { apiOrigin, now }: { apiOrigin: string; now: (offsetMs: number) => number },
): Promise<Sent> {
  const pool = new Pool(target, {
    connections: load.kind === 'flood' ? load.atOnce : pacedConnections,
    // 0: no connection is used again. Source: docs/api/Client.md of undici, pipelining.
    pipelining: load.kind === 'flood' && load.connections === 'new' ? 0 : 1,
    allowH2: false,
  });
  const sentAt: number[] = [];
  const tookMs: number[] = [];
  const refusals: string[] = [];

  await (load.kind === 'flood' ? flood(load) : pace(load));
  const endedAt = now(offsetMs);
  await pool.close();
  const [said] = refusals;
  return { sentAt, tookMs, refused: refusals.length, endedAt, ...(said === undefined ? {} : { said }) };

  async function flood({ atOnce, most, forMs }: { atOnce: number; most: number; forMs: number }): Promise<void> {
    const until = now(offsetMs) + forMs;
    let next = 0;
    async function sendOneByOne(): Promise<void> {
      while (next < most && now(offsetMs) < until) {
        const index = next;
        next += 1;
        await sendOne(index);
      }
    }
    await Promise.all(Array.from({ length: atOnce }, sendOneByOne));
  }

  async function pace({ perSecond, count }: { perSecond: number; count: number }): Promise<void> {
    const startedAt = now(offsetMs);
    const going: Promise<void>[] = [];
    for (let index = 0; index < count; index += 1) {
      const waitMs = startedAt + (index * 1_000) / perSecond - now(offsetMs);
      if (waitMs > 0) {
        await sleep(waitMs);
      }
      going.push(sendOne(index));
    }
    await Promise.all(going);
  }

  async function sendOne(index: number): Promise<void> {
    const mark = firstMark + index;
    const body = commandForm({
      person: mark % people,
      text: commandText(firstTask + (Math.floor(mark / people) % tasks), mark),
      trigger: `${mark}.${offsetMs}`,
      responseUrl: `${apiOrigin}/response/${mark}`,
    });
    const headers = signedHeaders(body);
    const startedAt = now(offsetMs);
    sentAt[index] = startedAt;
    const answer = await post(pool, '/slack/events', headers, body);
    tookMs[index] = now(offsetMs) - startedAt;
    if (answer.status !== 200 || answer.body !== '') {
      refusals.push(`${answer.status} ${answer.body}`);
    }
  }
}

/** One POST; an answer that does not come is status 0. */
export function post(pool: Dispatcher, path: string, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((resolve) => {
    let status = 0;
    let text = '';
    pool.dispatch(
      { path, method: 'POST', headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, given) {
          status = given;
        },
        onResponseData(_controller, chunk) {
          text += chunk.toString();
        },
        onResponseEnd: () => resolve({ status, body: text }),
        onResponseError: (_controller, error) => resolve({ status: 0, body: String(error) }),
      },
    );
  });
}
