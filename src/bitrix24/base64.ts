/** How long the base64 of so many bytes is. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/** The base64 of bytes as they come; pieces may be of any length. */
export async function* base64Of(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of content) {
    const bytes = rest.byteLength === 0 ? bufferOver(piece) : Buffer.concat([rest, piece]);
    const whole = bytes.byteLength - (bytes.byteLength % 3);
    rest = Buffer.from(bytes.subarray(whole));
    if (whole > 0) {
      yield Buffer.from(bytes.toString('base64', 0, whole), 'latin1');
    }
  }
  if (rest.byteLength > 0) {
    yield Buffer.from(rest.toString('base64'), 'latin1');
  }
}

function bufferOver({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
