import { createHash } from 'node:crypto';

/** An encryption key that is always the same for the same number, and looks as random as a real one. */
export function testKey(number: number): Buffer {
  return createHash('sha256').update(`key ${number}`).digest();
}
