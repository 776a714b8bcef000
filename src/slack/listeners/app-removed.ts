import { z } from 'zod';
import type { Toolbox } from './toolbox.ts';

const id = z.string().min(1).nullish();

const body = z.object({
  team_id: id,
  enterprise_id: id,
  event_time: z.number(),
  event: z.object({
    type: z.string(),
    tokens: z.object({ bot: z.array(z.string()).nullish() }).nullish(),
  }),
});

/**
 * The listener of `app_uninstalled` and `tokens_revoked`, which come in any order. Of revoked tokens only the bot's
 * matters. Slack was told already that the event arrived: a deletion that fails is made up for by the daily check.
 */
export function onAppRemoved({ removed, frame, log }: Toolbox): (call: { body: unknown }) => Promise<void> {
  return ({ body: received }) =>
    frame.run(async () => {
      const { team_id: team, enterprise_id: enterprise, event_time, event } = body.parse(received);
      if (event.type === 'tokens_revoked' && !event.tokens?.bot?.length) {
        return;
      }
      log.info({ team, enterprise, event: event.type }, 'Slack says that the app was removed');
      await removed({
        ...(team ? { team } : {}),
        ...(enterprise ? { enterprise } : {}),
        at: event_time * 1_000,
      });
    });
}
