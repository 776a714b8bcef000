import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/**
 * Encrypts what is stored. `name` is the place of the record (table, key, column): it is authenticated with the text,
 * so that a ciphertext which was moved to another place does not decrypt there.
 */
export type Cipher = {
  /** Key id that new records are written with. */
  readonly keyId: string;
  encrypt(name: string, text: string): string;
  /** Throws `DecryptionError`. */
  decrypt(name: string, envelope: string): string;
  /** Whether the envelope was written with the first key, so that rotation may leave it as it is. */
  isCurrent(envelope: string): boolean;
  /** Equal for equal texts as long as the first key stays; tells nothing to whoever has no key. */
  fingerprint(text: string): string;
  /** What such an envelope starts with. */
  readonly currentStart: string;
};

/**
 * A stored record cannot be read: its key is not among ours, or it was changed or moved. Tells the key id, no content.
 */
export class DecryptionError extends Error {
  override readonly name = 'DecryptionError';
  readonly keyId: string;

  constructor(keyId: string, reason: string) {
    super(`A stored record (key ${keyId}) cannot be decrypted: ${reason}`);
    this.keyId = keyId;
  }
}

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const envelopeForm = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/;

/**
 * AES-256-GCM over a list of 32-byte keys: the first encrypts, all decrypt.
 * Envelope: `v1.<key id>.<base64url of IV, ciphertext, tag>`; the key id is the start of the key's SHA-256.
 */
export function createCipher(keys: readonly Uint8Array[]): Cipher {
  const known = new Map(keys.map((key) => [keyIdOf(key), createSecretKey(key)]));
  const [[keyId, first] = []] = known;
  if (!keyId || !first) {
    throw new Error('At least one encryption key is needed');
  }
  const currentStart = `v1.${keyId}.`;
  // A key of its own: one key serves one algorithm only.
  const marking = createSecretKey(Buffer.from(hkdfSync('sha256', first, '', 'b24task fingerprints', keyBytes)));

  return {
    keyId,
    currentStart,
    encrypt: (name, text) => `${currentStart}${seal(first, boundTo(keyId, name), text)}`,
    isCurrent: (envelope) => envelope.startsWith(currentStart),
    fingerprint: (text) => createHmac('sha256', marking).update(text).digest('base64url'),
    decrypt: (name, envelope) => {
      const [, usedId, body] = envelopeForm.exec(envelope) ?? [];
      if (!usedId || !body) {
        throw new DecryptionError('unknown', 'it is not an envelope of a known version');
      }
      const key = known.get(usedId);
      if (!key) {
        throw new DecryptionError(usedId, 'this key is not among the encryption keys');
      }
      return unseal(key, usedId, boundTo(usedId, name), body);
    },
  };
}

/** Short public name of a key: tells keys apart, tells nothing about them. */
export function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

function boundTo(keyId: string, name: string): Buffer {
  return Buffer.from(`v1.${keyId}.${name}`, 'utf8');
}

function seal(key: KeyObject, bound: Buffer, text: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv).setAAD(bound);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

function unseal(key: KeyObject, keyId: string, bound: Buffer, body: string): string {
  const bytes = Buffer.from(body, 'base64url');
  if (bytes.length < ivBytes + tagBytes) {
    throw new DecryptionError(keyId, 'it is cut short');
  }
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes)).setAAD(bound);
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const start = decipher.update(bytes.subarray(ivBytes, -tagBytes));
  try {
    return Buffer.concat([start, decipher.final()]).toString('utf8');
  } catch {
    throw new DecryptionError(keyId, 'it was changed, or belongs to another record');
  }
}
