import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { NewDelivery } from '../../../src/delivery/ports.ts';
import { defaultTiming } from '../../../src/delivery/timing.ts';
import { taskIdOf } from '../../../src/domain/portal.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { openStorage, type Storage } from '../../../src/storage/open.ts';
import { answering, serve } from '../conversation.ts';
import { firstTask, tasks } from '../harness.ts';
import { userId, workspace } from '../slack/interactions.ts';

type Place = { readonly dataDir: string; readonly slackOrigin: string; readonly people: number };

const filling = z.object({
  dataDir: z.string(),
  slackOrigin: z.string(),
  people: z.number(),
  ended: z.number(),
  waiting: z.number(),
});

/** As many at a time fill the commits of the outbox. */
const atOnce = 500;

serve({
  /** Stores deliveries of linked people in a SQLite file that nobody uses now; those that ended were delivered. */
  fill: answering(filling, async ({ ended, waiting, ...place }) => {
    await accept(place, ended);
    const database = new DatabaseSync(join(place.dataDir, 'b24task.db'));
    database.exec(
      `UPDATE outbox SET state = 'delivered', ended_at = accepted_at, outcome = '{"kind":"delivered"}', reported = 'final',
       report_at = NULL`,
    );
    database.close();
    await accept(place, waiting);
  }),
});

async function accept({ dataDir, slackOrigin, people }: Place, count: number): Promise<void> {
  const storage = await openStorage(
    { dataDir },
    { timing: defaultTiming, rateOf: () => ({ burst: 50, perSecond: 2 }), holder: randomUUID(), log: silent },
  );
  for (let first = 0; first < count; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - first) }, (_, index) => first + index);
    await Promise.all(
      numbers.map((number) => {
        const task = firstTask + (Math.floor(number / people) % tasks);
        return acceptOne(storage, userId(number % people), task, `${slackOrigin}/response/filled`);
      }),
    );
  }
  await storage.close();
}

async function acceptOne(
  { identities, outbox }: Storage,
  user: string,
  taskNumber: number,
  responseUrl: string,
): Promise<void> {
  const person = { tenant: workspace.team, user };
  const identity = await identities.find(person);
  const task = taskIdOf(String(taskNumber));
  if (!identity || !task) {
    throw new Error('nobody is linked here');
  }
  const text = 'Build *1* is green: [URL=https://ci.example.com/builds/1]log[/URL], please check the notes & close.';
  const delivery: NewDelivery = {
    id: randomUUID(),
    person,
    account: identity.account,
    identityId: identity.id,
    task,
    requests: [JSON.stringify({ fields: { taskId: task, text } })],
    losses: [],
    route: {
      team: workspace.team,
      user: person.user,
      locale: 'en',
      place: { channel: workspace.channel },
      responseUrl: new Secret(responseUrl),
      responseUrlUntil: Date.now() + 1_800_000,
    },
  };
  await outbox.accept(delivery);
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
