import type { PortalAnswers } from '../delivery/ports.ts';
import type { ReadAs } from '../domain/identity.ts';
import type { AccountProbe } from '../linking/ports.ts';

/** Examines a portal without changing anything there. */
export type PortalCheck = { check(asked: Pick<ReadAs, 'credential'>): Promise<PortalAnswers> };

/** Creates the check. `probe` keeps its own time. */
export function createPortalCheck({ probe }: { readonly probe: AccountProbe }): PortalCheck {
  return {
    async check({ credential }) {
      const [account, taskChat] = await Promise.all([probe.probe(credential), probe.probeSending(credential)]);
      return { account, taskChat };
    },
  };
}
