import { z } from 'zod';
import type { NewDelivery, Report } from '../../delivery/ports.ts';
import { partsOf } from '../../delivery/progress.ts';
import type { ReplyRoute, Wording } from '../../domain/delivery.ts';
import type { Loss } from '../../domain/document.ts';
import type { FileReference } from '../../domain/file-reference.ts';
import { present } from '../../domain/present.ts';
import { decodeJson, encodeJson, fileReference, replyRoute } from '../codecs.ts';
import type { Binding, Cipher } from '../encryption/cipher.ts';
import { exactly } from '../exactly.ts';
import { deliveryOf, type FullRow, laneOf, type UnplacedRow } from './rows.ts';

/** The encrypted part of a delivery. */
export type Payload = {
  readonly requests: readonly string[];
  /** The parts after the texts. An earlier release has no such parts: it leaves them alone until a later one runs. */
  readonly files?: readonly FileReference[];
  readonly losses: readonly Loss[];
  /** Absent in what an earlier release stored. */
  readonly wording?: Wording;
  /** The account's name at acceptance. */
  readonly accountName: string;
  readonly route: ReplyRoute;
};

/** Losses are data that the translation wrote; the storage only hands them back. */
const payload = exactly<Payload>()(
  z.object({
    requests: z.array(z.string()),
    files: z.array(fileReference).exactOptional(),
    losses: z.array(z.custom<Loss>()),
    wording: z.object({ excerpt: z.string(), mrkdwn: z.string(), rich: z.unknown().exactOptional() }).exactOptional(),
    accountName: z.string(),
    route: replyRoute,
  }),
);

/** Version of the encrypted text of a row, in its column `version`. */
export const contentVersion = 2;

/**
 * The columns that a payload is bound to: who says it, as whom, where, in which order, and how many parts of it there
 * are.
 */
export type BoundColumns = {
  readonly id: string;
  readonly lane: string;
  readonly tenant: string;
  readonly slack_user: string;
  readonly portal: string;
  readonly bitrix_user: string;
  readonly task: number;
  readonly parts: number;
};

/** The encrypted text of a new delivery. */
export function encryptPayload(cipher: Cipher, delivery: NewDelivery): string {
  const { id, person, account, task, requests, files, losses, wording, route } = delivery;
  const bound = {
    id,
    lane: laneOf(person, account.portal, task),
    tenant: person.tenant,
    slack_user: person.user,
    portal: account.portal,
    bitrix_user: account.userId,
    task,
    parts: partsOf(delivery).length,
  };
  const text = encodeJson(payload, {
    requests,
    losses,
    ...present({ files, wording }),
    accountName: account.name,
    route,
  });
  return cipher.encrypt(payloadBinding(bound), text);
}

/**
 * What the payload of a delivery is bound to. Envelopes of the first version, which earlier releases wrote, know the id
 * only: they are opened until they are gone, or until rotating the keys has written them anew.
 */
export function payloadBinding(bound: BoundColumns): Binding {
  const { id, lane, tenant, slack_user, portal, bitrix_user, task, parts } = bound;
  return {
    v1: `outbox ${id} payload`,
    v2: JSON.stringify(['outbox', id, lane, tenant, slack_user, portal, bitrix_user, task, parts]),
  };
}

/** Equal for messages that say the same in one lane, with the same files. */
export function fingerprintOf(cipher: Cipher, lane: string, { requests, files = [] }: Said): string {
  return cipher.fingerprint(JSON.stringify([lane, requests, ...files.map(({ id }) => id)]));
}

/**
 * Decrypts the payload of a row. Throws `DecryptionError`, also when the row says something else than at acceptance.
 */
export function decryptPayload(cipher: Cipher, bound: BoundColumns, envelope: string): Payload {
  return decodeJson(payload, cipher.decrypt(payloadBinding(bound), envelope));
}

/**
 * The text of a row, encrypted anew for other columns that it is bound to, and its fingerprint there; `null` where no
 * text is kept. Throws `DecryptionError`.
 */
export function rebindPayload(
  cipher: Cipher,
  stored: FullRow,
  changed: Pick<BoundColumns, 'portal' | 'lane'>,
): { readonly payload: string | null; readonly said: string | null } {
  if (stored.payload === null) {
    return { payload: null, said: null };
  }
  const text = cipher.decrypt(payloadBinding(stored), stored.payload);
  return {
    payload: cipher.encrypt(payloadBinding({ ...stored, ...changed }), text),
    said: fingerprintOf(cipher, changed.lane, decodeJson(payload, text)),
  };
}

/**
 * The report that the sender must get about a row now; `undefined` when its text is gone, and with it the way to the
 * sender.
 */
export function reportOf(cipher: Cipher, stored: FullRow, attempts: number): Report | undefined {
  if (stored.payload === null) {
    return undefined;
  }
  const { files, losses, wording, route } = decryptPayload(cipher, stored, stored.payload);
  const about = { delivery: deliveryOf(stored), losses, ...present({ files, wording }), route };
  return { kind: reportKindOf(stored), ...about, attempts };
}

/** Which report a row is due for, if any is. */
export function reportKindOf(stored: UnplacedRow): Report['kind'] {
  if (stored.ended_at !== null) {
    return 'final';
  }
  return stored.state === 'parked' ? 'parked' : 'waiting';
}

/** What a message says: its texts and its files. */
type Said = Pick<NewDelivery, 'requests' | 'files'>;

/** Whether two messages are the same, part by part. */
export function isSameSaid(one: Said, other: Said): boolean {
  const [here, there] = [keysOf(one), keysOf(other)];
  return here.length === there.length && here.every((key, index) => key === there[index]);
}

function keysOf(said: Said): readonly string[] {
  return partsOf(said).map((part) => (part.kind === 'text' ? part.request : part.file.id));
}
