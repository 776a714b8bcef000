import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCipher, DecryptionError, keyIdOf } from '../../src/storage/encryption/cipher.ts';

const key = randomBytes(32);
const otherKey = randomBytes(32);

describe('cipher', () => {
  it('gives back any text under its name', () => {
    const cipher = createCipher([key]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, name) => {
        expect(cipher.decrypt(name, cipher.encrypt(name, text))).toBe(text);
      }),
    );
  });

  it('never makes the same envelope twice, and shows nothing of the text', () => {
    const cipher = createCipher([key]);
    const one = cipher.encrypt('name', 'a planted text');
    expect(cipher.encrypt('name', 'a planted text')).not.toBe(one);
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('planted');
  });

  it('does not open an envelope that was moved to another record', () => {
    const cipher = createCipher([key]);
    const envelope = cipher.encrypt('identity/T1:U1', 'secret of U1');
    expect(() => cipher.decrypt('identity/T1:U2', envelope)).toThrow(DecryptionError);
  });

  it('does not open an envelope of which any byte was changed', () => {
    const cipher = createCipher([key]);
    const envelope = cipher.encrypt('name', 'text');
    const [version, keyId, body = ''] = envelope.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (const [index, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes);
      changed[index] = byte ^ 1;
      expect(() => cipher.decrypt('name', `${version}.${keyId}.${changed.toString('base64url')}`)).toThrow(
        DecryptionError,
      );
    }
    for (const cut of ['', 'v1', `${version}.${keyId}.AAAA`, `v2.${keyId}.${body}`, body]) {
      expect(() => cipher.decrypt('name', cut)).toThrow(DecryptionError);
    }
  });

  it('opens what any of its keys wrote, and writes with the first', () => {
    const old = createCipher([otherKey]).encrypt('name', 'old');
    const cipher = createCipher([key, otherKey]);
    expect(cipher.decrypt('name', old)).toBe('old');
    expect(cipher.isCurrent(old)).toBe(false);
    expect(cipher.isCurrent(cipher.encrypt('name', 'new'))).toBe(true);
    expect(cipher.encrypt('name', 'new')).toContain(keyIdOf(key));
  });

  it('names the key of what it cannot open, and nothing else', () => {
    const envelope = createCipher([otherKey]).encrypt('name', 'planted');
    expect(() => createCipher([key]).decrypt('name', envelope)).toThrow(
      `A stored record (key ${keyIdOf(otherKey)}) cannot be decrypted: this key is not among the encryption keys`,
    );
  });
});
