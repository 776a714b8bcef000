import { z } from 'zod';
import type { NewDelivery, Report } from '../../delivery/ports.ts';
import type { ReplyRoute } from '../../domain/delivery.ts';
import type { Loss } from '../../domain/document.ts';
import { decodeJson, encodeJson, replyRoute } from '../codecs.ts';
import type { Cipher } from '../encryption/cipher.ts';
import { exactly } from '../exactly.ts';
import { deliveryOf, type FullRow, type StoredRow } from './rows.ts';

/** The encrypted part of a delivery. */
export type Payload = {
  readonly requests: readonly string[];
  readonly losses: readonly Loss[];
  /** The account's name at acceptance. */
  readonly accountName: string;
  readonly route: ReplyRoute;
};

/** Losses are data that the translation wrote; the storage only hands them back. */
const payload = exactly<Payload>()(
  z.object({
    requests: z.array(z.string()),
    losses: z.array(z.custom<Loss>()),
    accountName: z.string(),
    route: replyRoute,
  }),
);

/** Version of the encrypted text of a row, in its column `version`. */
export const contentVersion = 1;

/** The encrypted text of a new delivery. */
export function encryptPayload(cipher: Cipher, { id, requests, losses, account, route }: NewDelivery): string {
  return cipher.encrypt(payloadName(id), encodeJson(payload, { requests, losses, accountName: account.name, route }));
}

/** Name that the payload of a delivery is bound to when it is encrypted. */
export function payloadName(id: string): string {
  return `outbox ${id} payload`;
}

/** Equal for messages that say the same in one lane. */
export function fingerprintOf(cipher: Cipher, lane: string, requests: readonly string[]): string {
  return cipher.fingerprint(JSON.stringify([lane, requests]));
}

/** Decrypts a payload. Throws `DecryptionError`. */
export function decryptPayload(cipher: Cipher, id: string, envelope: string): Payload {
  return decodeJson(payload, cipher.decrypt(payloadName(id), envelope));
}

/**
 * The report that the sender must get about a row now; `undefined` when its text is gone, and with it the way to the
 * sender.
 */
export function reportOf(cipher: Cipher, stored: FullRow, attempts: number): Report | undefined {
  if (stored.payload === null) {
    return undefined;
  }
  const { losses, route } = decryptPayload(cipher, stored.id, stored.payload);
  return { kind: reportKindOf(stored), delivery: deliveryOf(stored), losses, route, attempts };
}

/** Which report a row is due for, if any is. */
export function reportKindOf(stored: StoredRow): Report['kind'] {
  if (stored.ended_at !== null) {
    return 'final';
  }
  return stored.state === 'parked' ? 'parked' : 'waiting';
}

/** Whether two messages are the same, part by part. */
export function equalTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
