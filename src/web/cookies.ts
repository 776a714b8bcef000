import type { Secret } from '../domain/secret.ts';

/** Keeps one secret for each id in a browser's cookies. */
export type BrowserMemory = {
  /** The value of the `Set-Cookie` header that stores it for ten minutes. */
  keep(id: string, secret: Secret): string;
  /** The value of the `Set-Cookie` header that deletes it. */
  drop(id: string): string;
  /** The secret as it stands in a request's `Cookie` header; `undefined` when it is not there. */
  find(cookieHeader: string | undefined, id: string): string | undefined;
};

const maxAgeSeconds = 600;

/**
 * Cookies that scripts cannot read, and that requests from other sites carry only when the browser is navigated here
 * (`SameSite=Lax`). Over https the prefix `__Host-` keeps other hosts and plain http from setting them. Source: RFC
 * 6265bis, 4.1.3.2.
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
