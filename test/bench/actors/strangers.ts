import { z } from 'zod';
import { besiege, type Siege, strangers } from '../../support/strangers.ts';
import { answering, serve } from '../conversation.ts';

const attack = z.object({ port: z.number(), kind: z.string(), atOnce: z.number() });

let siege: Siege | undefined;

serve({
  /** Begins to hold connections, and does not end before `retreat`. */
  besiege: answering(attack, ({ port, kind, atOnce }) => {
    const act = strangers[kind];
    if (!act) {
      throw new Error(`No stranger can ${kind}`);
    }
    siege = besiege(port, act, { atOnce, visits: Number.POSITIVE_INFINITY });
  }),

  /** Ends it; tells how many connections there were. */
  retreat: answering(z.object({}), () => {
    siege?.end();
    return { connections: siege?.connections ?? 0 };
  }),
});
