import { z } from 'zod';
import type { HomeTab } from '../home-tab.ts';

const body = z.object({
  team_id: z.string().min(1),
  enterprise_id: z.string().nullish(),
  event: z.object({ user: z.string().min(1), tab: z.string().optional() }),
});

/** The listener of `app_home_opened`; the Messages tab raises the same event and needs nothing. */
export function onHomeOpened(home: HomeTab): (call: { body: unknown }) => Promise<void> {
  return async ({ body: received }) => {
    const { team_id: team, enterprise_id: enterprise, event } = body.parse(received);
    if (event.tab === 'messages') {
      return;
    }
    const person = { tenant: enterprise || team, user: event.user };
    await home.show(person, { team, ...(enterprise ? { enterprise } : {}) });
  };
}
