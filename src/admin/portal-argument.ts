import { type PortalOrigin, portalOriginOf } from '../domain/portal.ts';

/** The portal that an administrator names by any address in it or by its host, which means https. `undefined`: none. */
export function portalArgument(text: string): PortalOrigin | undefined {
  return portalOriginOf(text.includes('://') ? text : `https://${text}`);
}
