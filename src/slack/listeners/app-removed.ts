import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { AppRemoved } from '../receiving/event.ts';

/**
 * The listener of `app_uninstalled` and `tokens_revoked`, which come in any order. Of revoked tokens only the bot's
 * matters. Slack was told already that the event arrived: a deletion that fails is made up for by the daily check.
 */
export function onAppRemoved({ removed, runner, log }: ListenerDeps): (received: AppRemoved) => Promise<void> {
  return ({ event, removal, ofBot }) =>
    runner.run(async () => {
      if (!ofBot) {
        return;
      }
      const { team, enterprise } = removal;
      log.info({ team, enterprise, event }, 'Slack says that the app was removed');
      await removed(removal);
    });
}
