const keyBytes = 32;

/** Of 32 random bytes about 30 differ; fewer than these come by chance less than once in 10^11 keys. */
const leastVariety = 18;

/**
 * Why a text is no key, or `undefined`. It completes a sentence that begins with the key, and does not show it.
 * `encrypts`: whether new texts are encrypted with it. One that only decrypts may be guessable, so that what was once
 * encrypted with such a key can still be encrypted anew.
 */
export function keyProblem(text: string, encrypts: boolean): string | undefined {
  const key = decodeKey(text);
  if (key === undefined) {
    return 'is not the base64 text of 32 bytes (make one with: openssl rand -base64 32)';
  }
  return encrypts && isGuessable(key)
    ? 'can be guessed by anybody; put a random one before it (openssl rand -base64 32), and keep it as the last until rotate-keys has run'
    : undefined;
}

/** The bytes of a key, or `undefined` when the text is none. */
export function decodeKey(text: string): Uint8Array | undefined {
  if (!/^[\w+/-]+={0,2}$/.test(text)) {
    return undefined;
  }
  const key = Buffer.from(text, 'base64');
  return key.length === keyBytes ? key : undefined;
}

/** All zeros, a repeated word, a row of numbers: no generator gives such bytes. */
function isGuessable(key: Uint8Array): boolean {
  const steps = key.map((byte, index) => byte - (key[index - 1] ?? byte));
  return new Set(key).size < leastVariety || new Set(steps.slice(1)).size < leastVariety;
}
