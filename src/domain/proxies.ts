import { present } from './present.ts';
import type { Secret } from './secret.ts';

/**
 * The proxies that outgoing requests go through, by the scheme of what is called; https falls back on that of http.
 * Their addresses may hold a password.
 */
export type Proxies = {
  readonly https?: Secret;
  readonly http?: Secret;
  /** Hosts that are called directly, in the form of `NO_PROXY`. */
  readonly except: string;
};

/** The proxies with these addresses; `undefined` where there is none. */
export function proxiesOf(https: Secret | undefined, http: Secret | undefined, except: string): Proxies | undefined {
  return https || http ? { ...present({ https, http }), except } : undefined;
}
