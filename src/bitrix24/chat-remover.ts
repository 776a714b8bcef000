import { z } from 'zod';
import type { ChatRemover } from '../delivery/ports.ts';
import { failed, success } from '../domain/result.ts';
import type { PortalReads } from './portal-reads.ts';

/** Source: im.message.delete, Bitrix24 documentation and the server module `im` (`im_rest.php`). */
const method = 'im.message.delete';

/**
 * One code for all that stands in the way: the time for it is over, the message is somebody else's, or it is not there
 * any more. Source: `im_rest.php`, `messageDelete`.
 */
const notAllowed = 'CANT_EDIT_MESSAGE';

const removed = z.literal(true);

/** Creates the remover over im.message.delete (REST 2, scope `im`). */
export function createChatRemover({ reads }: { readonly reads: PortalReads }): ChatRemover {
  return {
    async remove({ credential, messageId, withinMs }) {
      const answer = await reads.ask({
        credential,
        api: 'v2',
        method,
        parameters: { MESSAGE_ID: Number(messageId) },
        answer: removed,
        giveUpAt: reads.deadline(withinMs),
      });
      if (answer.ok) {
        return success<'removed'>('removed');
      }
      const { failure } = answer;
      return failure.kind === 'unexpected' && failure.code === notAllowed
        ? success<'not-allowed'>('not-allowed')
        : failed(failure);
    },
  };
}
