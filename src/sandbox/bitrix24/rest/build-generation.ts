import { type Refusal, v3 } from '../wire/answers.ts';

/**
 * How a build says in REST 3 that authentication failed: `flat-codes` names the reason as REST 2 does, `one-401`
 * answers everything with 401 and one code, and a closed site with 400 and that code (both seen). REST 2 always names
 * it.
 */
export type BuildGeneration = 'flat-codes' | 'one-401';

/** All generations, for the prompt and for tests. */
export const buildGenerations: readonly BuildGeneration[] = ['flat-codes', 'one-401'];

/** What the layers before REST 3 refuse with before they know who calls. */
const authenticationCodes: ReadonlySet<string> = new Set([
  'NO_AUTH_FOUND',
  'INVALID_CREDENTIALS',
  'authorization_error',
  'invalid_token',
  'expired_token',
  'APPLICATION_NOT_FOUND',
  'CONNECTION_ERROR',
  'user_access_error',
  'ACCESS_DENIED',
  'PAYMENT_REQUIRED',
  'OVERLOAD_LIMIT',
  'INVALID_REQUEST',
]);

/** The refusal as a build of this generation words it, for a request to this generation of REST. */
export function asBuildSays(refusal: Refusal, rest: 'v2' | 'v3', build: BuildGeneration): Refusal {
  if (rest === 'v2' || build === 'flat-codes' || refusal.shape === 'v3') {
    return refusal;
  }
  if (refusal.code === 'PORTAL_DELETED') {
    return v3('ACCESSDENIEDEXCEPTION', 400);
  }
  return authenticationCodes.has(refusal.code) ? v3('ACCESSDENIEDEXCEPTION', 401) : refusal;
}
