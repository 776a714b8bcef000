import type { PortalFailure } from '../domain/failure.ts';
import { type Credential, type Identity, seesChats } from '../domain/identity.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { AccountProbe, Granted } from './ports.ts';

/**
 * What sending and searching need: REST 3.0 task methods ask for `tasks`, REST 2 ones, such as the search, for `task`.
 * Source: Bitrix24 REST documentation, "Tasks" overview of both generations.
 */
export const neededScopes = ['task', 'tasks'] as const;

/** What a link cannot do. */
export type Lacking = {
  /** Tasks cannot be searched. */
  readonly searches?: false;
  /** No files go along, and nobody can look whether a message arrived. */
  readonly seesChats?: false;
};

/**
 * A link is taken where sending works, whichever scope the portal wants for that; the scopes are what is missing where
 * it does not.
 */
export async function checkSending(
  probe: AccountProbe,
  credential: Credential,
  { scopes }: Granted,
): Promise<Result<true, PortalFailure>> {
  const missing = neededScopes.filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) {
    return success<true>(true);
  }
  const sending = await probe.probeSending(credential);
  return !sending.ok && sending.failure.kind === 'missing-scope'
    ? failed({ kind: 'missing-scope', scopes: missing })
    : sending;
}

/** What an identity that may send lacks, as far as that is known. */
export function whatIsLacking(identity: Pick<Identity, 'scopes'>): Lacking {
  return {
    ...(identity.scopes?.includes('task') === false ? { searches: false } : {}),
    ...(seesChats(identity) === false ? { seesChats: false } : {}),
  };
}
