import type { Secret } from '../domain/secret.ts';

/** Leaves a secret in a browser and finds it there again, one for each id. */
export type BrowserMemory = {
  /** The `Set-Cookie` that leaves it. */
  keep(id: string, secret: Secret): string;
  /** The `Set-Cookie` that deletes it. */
  drop(id: string): string;
  /** What the browser sent in its `Cookie` header. */
  find(cookieHeader: string | undefined, id: string): string | undefined;
};

const maxAgeSeconds = 600;

/**
 * Cookies that scripts cannot read and foreign pages cannot send along, except by leading the browser here. Over https
 * the name makes browsers keep other hosts and plain http from setting them. Source: RFC 6265bis, 4.1.3.2, `__Host-`.
 */
export function createBrowserMemory(isHttps: boolean): BrowserMemory {
  const nameOf = (id: string) => `${isHttps ? '__Host-' : ''}b24task-${id}`;
  const rules = `Path=/; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;
  return {
    keep: (id, secret) => `${nameOf(id)}=${secret.reveal()}; Max-Age=${maxAgeSeconds}; ${rules}`,
    drop: (id) => `${nameOf(id)}=; Max-Age=0; ${rules}`,
    find(cookieHeader, id) {
      const start = `${nameOf(id)}=`;
      const pairs = (cookieHeader ?? '').split(';').map((pair) => pair.trim());
      return pairs.find((pair) => pair.startsWith(start))?.slice(start.length);
    },
  };
}
