import type { SurfaceDeps } from '../ports.ts';
import type { LinkViewOptions } from '../views/link-view.ts';

/** What the link window depends on in this service. */
export function linkOptionsOf({ connecting, portals }: Pick<SurfaceDeps, 'connecting' | 'portals'>): LinkViewOptions {
  return { offersConnect: connecting !== undefined, portals };
}
