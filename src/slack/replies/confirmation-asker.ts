import type { Log } from '../../domain/log.ts';
import type { ConfirmationAsker } from '../../linking/ports.ts';
import { textsIn } from '../../locales/locale.ts';
import { confirmMessage, confirmView } from '../views/connect-view.ts';
import type { Clients } from '../web-api/clients.ts';
import { reasonOf } from '../web-api/slack-fault.ts';

/**
 * Creates the asker: in the window from which the person set out while it is open, else by a direct message. Never
 * rejects.
 */
export function createConfirmationAsker({ clients, log }: { clients: Clients; log: Log }): ConfirmationAsker {
  return {
    async ask({ grant, account, origin }) {
      const { route, window } = origin;
      const texts = textsIn(route.locale);
      const inWindow = await made('views.update', async () => {
        const client = await clients.patient(route);
        await client.views.update({ external_id: window, view: confirmView(grant, account, texts) });
      });
      if (inWindow) {
        return true;
      }
      return made('chat.postMessage', async () => {
        const client = await clients.patient(route);
        const { text, blocks } = confirmMessage(grant, account, texts);
        await client.chat.postMessage({ channel: route.user, text, blocks, unfurl_links: false, unfurl_media: false });
      });
    },
  };

  async function made(method: string, call: () => Promise<void>): Promise<boolean> {
    try {
      await call();
      return true;
    } catch (error) {
      log.info({ method, reason: reasonOf(error) }, 'the question about an account was not taken by Slack');
      return false;
    }
  }
}
