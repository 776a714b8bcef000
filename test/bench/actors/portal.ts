import { z } from 'zod';
import { type Portal, startPortal } from '../../../src/sandbox/bitrix24/portal.ts';
import { answering, serve } from '../conversation.ts';
import { markIn } from '../messages.ts';
import { sharedNow } from '../shared-clock.ts';

const opening = z.object({
  offsetMs: z.number(),
  rate: z.object({ burst: z.number(), perSecond: z.number() }),
  people: z.number(),
  firstTask: z.number(),
  tasks: z.number(),
});

let portal: Portal | undefined;

serve({
  /** Opens the portal; one webhook for each of its people. */
  open: answering(opening, async ({ offsetMs, rate, people, firstTask, tasks }) => {
    portal = await startPortal({
      clock: { now: () => sharedNow(offsetMs) },
      rate,
      // A run has more calls than ten minutes of a real portal allow; operating time is not what is measured.
      operating: { costSeconds: 0 },
      seed: {
        users: numbers(1, people).map((id) => ({ id, name: 'Person', lastName: String(id) })),
        tasks: numbers(firstTask, tasks).map((id) => ({ id, title: `Task ${id}` })),
      },
    });
    const { origin, createWebhook } = portal;
    return {
      origin,
      webhooks: numbers(1, people).map((userId) => createWebhook({ userId, scopes: ['task', 'tasks'] }).url),
    };
  }),

  counts: () => portal?.counts,

  /** When each message reached its chat, by its mark; only marks from `from` on. */
  arrivals: answering(z.object({ from: z.number() }), ({ from }) => {
    const { tasks, chat } = portal ?? { tasks: new Map<number, unknown>(), chat: () => [] };
    return [...tasks.keys()]
      .flatMap((task) => chat(task).map(({ text, at }) => [markIn(text), at] as const))
      .filter(([mark]) => mark >= from);
  }),
});

function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
