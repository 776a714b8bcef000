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
 * What a text is bound to, by the version of its envelope: the newest there is binds what is written, an older one
 * opens what an earlier release wrote. An envelope of one version never opens as one of another.
 */
export type Binding = { readonly v1: string; readonly v2?: string };

type EnvelopeVersion = keyof Binding;

/**
 * Encrypts what is stored. What a text is bound to (its table and key, and what else of its row must not change) is
 * authenticated with it: a ciphertext that was moved to another place, or whose surroundings were changed, does not
 * decrypt.
 */
export type Cipher = {
  /** Key id that new records are written with. */
  readonly keyId: string;
  encrypt(binding: Binding, text: string): string;
  /** Throws `DecryptionError`. */
  decrypt(binding: Binding, envelope: string): string;
  /** Whether the envelope is as `encrypt` would write it now, so that rotation may leave it as it is. */
  isCurrent(binding: Binding, envelope: string): boolean;
  /** Equal for equal texts as long as the first key stays; tells nothing to whoever has no key. */
  fingerprint(text: string): string;
  /** What an envelope of this version starts with when the first key wrote it. */
  currentStart(version: EnvelopeVersion): string;
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
const envelopeForm = /^(v[12])\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/;

/**
 * AES-256-GCM over a list of 32-byte keys: the first encrypts, all decrypt.
 * Envelope: `<version>.<key id>.<base64url of IV, ciphertext, tag>`; the key id is the start of the key's SHA-256.
 */
export function createCipher(keys: readonly Uint8Array[]): Cipher {
  const known = new Map(keys.map((key) => [keyIdOf(key), createSecretKey(key)]));
  const [[keyId, first] = []] = known;
  if (!keyId || !first) {
    throw new Error('At least one encryption key is needed');
  }
  const currentStart = (version: EnvelopeVersion) => `${version}.${keyId}.`;
  const nextIv = createIvs();
  // A key of its own: one key serves one algorithm only.
  const marking = createSecretKey(Buffer.from(hkdfSync('sha256', first, '', 'b24task fingerprints', keyBytes)));

  return {
    keyId,
    currentStart,
    encrypt(binding, text) {
      const start = currentStart(newestOf(binding));
      return `${start}${seal(first, nextIv(), boundTo(start, newestName(binding)), text)}`;
    },
    isCurrent: (binding, envelope) => envelope.startsWith(currentStart(newestOf(binding))),
    fingerprint: (text) => createHmac('sha256', marking).update(text).digest('base64url'),
    decrypt: (binding, envelope) => {
      const [, version, usedId, body] = envelopeForm.exec(envelope) ?? [];
      const name = version === 'v1' ? binding.v1 : binding.v2;
      if (!version || !usedId || !body || name === undefined) {
        throw new DecryptionError('unknown', 'it is not an envelope of a known version');
      }
      const key = known.get(usedId);
      if (!key) {
        throw new DecryptionError(usedId, 'this key is not among the encryption keys');
      }
      return unseal(key, usedId, boundTo(`${version}.${usedId}.`, name), body);
    },
  };
}

/** Short public name of a key: tells keys apart, tells nothing about them. */
export function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

function newestOf(binding: Binding): EnvelopeVersion {
  return binding.v2 === undefined ? 'v1' : 'v2';
}

function newestName(binding: Binding): string {
  return binding.v2 ?? binding.v1;
}

function boundTo(start: string, name: string): Buffer {
  return Buffer.from(`${start}${name}`, 'utf8');
}

const ivsAtOnce = 256;

/** Gives random IVs, each once. They are drawn many at a time: each draw is a call of the system. */
function createIvs(): () => Buffer {
  let left: Buffer = Buffer.alloc(0);
  return () => {
    const bytes = left.length > 0 ? left : randomBytes(ivsAtOnce * ivBytes);
    left = bytes.subarray(ivBytes);
    return bytes.subarray(0, ivBytes);
  };
}

function seal(key: KeyObject, iv: Buffer, bound: Buffer, text: string): string {
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
