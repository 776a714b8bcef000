import type { PortalFailure } from '../domain/failure.ts';
import type { Log } from '../domain/log.ts';
import { createLru } from '../domain/lru.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import type { PortalMoves } from '../linking/ports.ts';

/** The dependencies of noting redirects. */
export type RedirectNotesDeps = { readonly moves: Pick<PortalMoves, 'noteRedirect'>; readonly log: Log };

/** Looks at why a call to a portal failed. */
export type RedirectNotes = (portal: PortalOrigin, failure: PortalFailure | undefined) => void;

const maxNoted = 1_000;

/**
 * Creates the notes of where old addresses of portals lead: when their people link again, the address may be silent, or
 * not to be called any more. Each is stored once by each process, behind the call; a failure to store is only logged.
 */
export function createRedirectNotes({ moves, log }: RedirectNotesDeps): RedirectNotes {
  const noted = createLru<true>(maxNoted);
  return (portal, failure) => {
    const to = failure && 'to' in failure ? failure.to : undefined;
    const key = `${portal} ${to}`;
    if (to === undefined || noted.has(key)) {
      return;
    }
    noted.set(key, true);
    moves.noteRedirect(portal, to).catch((error: unknown) => {
      noted.delete(key);
      log.warn({ error, portal }, 'where a portal redirects to could not be noted');
    });
  };
}
