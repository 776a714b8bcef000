import { z } from 'zod';
import { answering, serve } from '../conversation.ts';
import { sharedNow } from '../shared-clock.ts';
import { linking, linkPeople } from '../slack/link-people.ts';
import { sendCommands, sending } from '../slack/send-commands.ts';
import { startWebApi } from '../slack/web-api.ts';

const api = await startWebApi();

serve({
  open: answering(z.object({}), () => ({ origin: api.origin })),
  link: answering(linking, (given) => linkPeople(given, api)),
  send: answering(sending, (given) => sendCommands(given, { apiOrigin: api.origin, now: sharedNow })),
  replies: answering(z.object({}), () => ({ replies: api.replies })),
});
