import { z } from 'zod';
import type { PortalFailure } from '../domain/failure.ts';
import { type Result, success } from '../domain/result.ts';
import type { AccountProbe, Granted } from '../linking/ports.ts';
import type { Asked, PortalReads } from './portal-reads.ts';

/**
 * What the doctor learns of a portal. `taskChat`: the REST 3.0 method that sends to task chats is there for this
 * credential; `portal-too-old` when it is not.
 */
type PortalFindings = {
  readonly account: Result<Granted, PortalFailure>;
  readonly taskChat: Result<true, PortalFailure>;
};

/** Examines a portal without changing anything there. */
export type PortalCheck = { check(asked: Asked): Promise<PortalFindings> };

/** The dependencies of the portal check. */
export type PortalCheckDeps = { readonly reads: PortalReads; readonly probe: AccountProbe };

/**
 * The sending method's own list of fields stands or falls with it. Source: tasks.task.chat.message.field.list, REST
 * 3.0.
 */
const fieldList = z.object({ items: z.array(z.unknown()) });

/** Creates the check. `probe` keeps its own time. */
export function createPortalCheck({ reads, probe }: PortalCheckDeps): PortalCheck {
  return {
    async check({ credential, withinMs }) {
      const [account, fields] = await Promise.all([
        probe.probe(credential),
        reads.ask({
          credential,
          api: 'v3',
          method: 'tasks.task.chat.message.field.list',
          answer: fieldList,
          giveUpAt: reads.deadline(withinMs),
        }),
      ]);
      const taskChat = fields.ok ? success<true>(true) : fields;
      return { account, taskChat };
    },
  };
}
