import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PortalOrigin } from '../../domain/portal.ts';
import type { PortalMoves } from '../../linking/ports.ts';
import { portalOrigin } from '../codecs.ts';
import type { RecordStores } from './records.ts';

/** As long as threads remember their tasks. */
const redirectKeptMs = 90 * 24 * 60 * 60_000;

/** An address may be given up and taken by others; so many places that it led to are known, the latest first. */
const maxTargets = 5;

/** How often a portal may have moved for its first address still to be known. */
const maxSteps = 5;

const targets = z.array(portalOrigin);

/** Moves of portals as encrypted records: redirects by their address, what was shown by tenant and address. */
export function createPortalMoves(records: RecordStores): PortalMoves {
  const redirects = records({ name: 'portal-redirect', schema: targets, ttlMs: redirectKeptMs });
  const moves = records({ name: 'portal-move', schema: targets });
  return {
    async noteRedirect(from, to) {
      await redirects.update(keyOf(from), (known) => withLatest(to, known));
    },
    redirects: async (from, to) => ((await redirects.get(keyOf(from))) ?? []).includes(to),
    async note(tenant, from, to) {
      await moves.update(`${tenant}:${keyOf(from)}`, (known) => withLatest(to, known));
    },
    async leads(tenant, from, to) {
      const seen = new Set([from]);
      let reached = [from];
      for (let step = 0; step < maxSteps && reached.length > 0; step += 1) {
        const next = await Promise.all(reached.map((address) => moves.get(`${tenant}:${keyOf(address)}`)));
        reached = [...new Set(next.flatMap((known) => known ?? []))].filter((address) => !seen.has(address));
        if (reached.includes(to)) {
          return true;
        }
        for (const address of reached) {
          seen.add(address);
        }
      }
      return false;
    },
    async forget(tenant, from) {
      await moves.remove(`${tenant}:${keyOf(from)}`);
    },
  };
}

/** `undefined` where it is the latest already. */
function withLatest(to: PortalOrigin, known: readonly PortalOrigin[] = []): PortalOrigin[] | undefined {
  return known[0] === to ? undefined : [to, ...known.filter((other) => other !== to)].slice(0, maxTargets);
}

/** Hosts may be longer than a key. */
function keyOf(portal: PortalOrigin): string {
  return createHash('sha256').update(portal).digest('base64url');
}
