import type { Progress } from '../../delivery/ports.ts';
import { decodeJson, portalFailure } from '../codecs.ts';
import type { StoredRow } from './rows.ts';

/** What decides the next step of a row. */
export function progressOf(stored: StoredRow, now: number, honoursKey: boolean): Progress {
  return {
    part: stored.part,
    parts: stored.parts,
    identityId: stored.identity_id,
    ambiguous: stored.ambiguous === 1,
    failures: stored.failures,
    ...(stored.failure === null ? {} : { waitingFor: decodeJson(portalFailure, stored.failure) }),
    now,
    deadlineAt: stored.deadline_at,
    honoursKey,
  };
}
