import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCipher, DecryptionError, keyIdOf } from '../../src/storage/encryption/cipher.ts';

const key = randomBytes(32);
const otherKey = randomBytes(32);
const name = { v1: 'name' };

describe('cipher', () => {
  it('gives back any text under its name', () => {
    const cipher = createCipher([key]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, v1) => {
        expect(cipher.decrypt({ v1 }, cipher.encrypt({ v1 }, text))).toBe(text);
      }),
    );
  });

  it('never makes the same envelope twice, and shows nothing of the text', () => {
    const cipher = createCipher([key]);
    const one = cipher.encrypt(name, 'a planted text');
    expect(cipher.encrypt(name, 'a planted text')).not.toBe(one);
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('planted');
  });

  it('uses no initialisation vector twice, however much is written', () => {
    const cipher = createCipher([key]);
    const vectors = Array.from({ length: 2_000 }, () => {
      const [, , body = ''] = cipher.encrypt(name, 'text').split('.');
      return Buffer.from(body, 'base64url').toString('hex', 0, 12);
    });
    expect(new Set(vectors).size).toBe(vectors.length);
  });

  it('does not open an envelope that was moved to another record', () => {
    const cipher = createCipher([key]);
    const envelope = cipher.encrypt({ v1: 'identity/T1:U1' }, 'secret of U1');
    expect(() => cipher.decrypt({ v1: 'identity/T1:U2' }, envelope)).toThrow(DecryptionError);
  });

  it('does not open an envelope of which any byte was changed', () => {
    const cipher = createCipher([key]);
    const envelope = cipher.encrypt(name, 'text');
    const [version, keyId, body = ''] = envelope.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (const [index, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes);
      changed[index] = byte ^ 1;
      expect(() => cipher.decrypt(name, `${version}.${keyId}.${changed.toString('base64url')}`)).toThrow(
        DecryptionError,
      );
    }
    for (const cut of ['', 'v1', `${version}.${keyId}.AAAA`, `v2.${keyId}.${body}`, body]) {
      expect(() => cipher.decrypt(name, cut)).toThrow(DecryptionError);
    }
  });

  it('writes what it is bound to in the newest version, opens an older one, and takes none for another', () => {
    const cipher = createCipher([key]);
    const both = { v1: 'name', v2: 'name of U1' };
    const [old, current] = [cipher.encrypt(name, 'text'), cipher.encrypt(both, 'text')];
    expect([cipher.decrypt(both, old), cipher.decrypt(both, current)]).toEqual(['text', 'text']);
    expect([cipher.isCurrent(both, old), cipher.isCurrent(both, current)]).toEqual([false, true]);
    const [sameBoth, swapped] = [{ v1: 'name', v2: 'name' }, current.replace('v2', 'v1')];
    expect(() => cipher.decrypt(sameBoth, old.replace('v1', 'v2'))).toThrow(DecryptionError);
    expect(() => cipher.decrypt({ v1: 'name of U1' }, swapped)).toThrow(DecryptionError);
    expect(() => cipher.decrypt({ v1: 'name', v2: 'name of U2' }, current)).toThrow(DecryptionError);
  });

  it('opens what any of its keys wrote, and writes with the first', () => {
    const old = createCipher([otherKey]).encrypt(name, 'old');
    const cipher = createCipher([key, otherKey]);
    expect(cipher.decrypt(name, old)).toBe('old');
    expect(cipher.isCurrent(name, old)).toBe(false);
    expect(cipher.isCurrent(name, cipher.encrypt(name, 'new'))).toBe(true);
    expect(cipher.encrypt(name, 'new')).toContain(keyIdOf(key));
  });

  it('names the key of what it cannot open, and nothing else', () => {
    const envelope = createCipher([otherKey]).encrypt(name, 'planted');
    expect(() => createCipher([key]).decrypt(name, envelope)).toThrow(
      `A stored record (key ${keyIdOf(otherKey)}) cannot be decrypted: this key is not among the encryption keys`,
    );
  });
});
