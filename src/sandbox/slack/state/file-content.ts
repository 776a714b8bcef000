import { createHash } from 'node:crypto';

/** What is in a file: bytes that are held, or so many that are made when somebody reads them. */
export type FileContent =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'made'; readonly size: number; readonly seed: string };

const blockLength = 64 * 1024;

/** How many bytes a file has. */
export function sizeOf(content: FileContent): number {
  return content.kind === 'bytes' ? content.bytes.byteLength : content.size;
}

/** The bytes of a file, in pieces; made ones are the same at each reading. */
export function* piecesOf(content: FileContent): Generator<Uint8Array> {
  if (content.kind === 'bytes') {
    for (let start = 0; start < content.bytes.byteLength; start += blockLength) {
      yield content.bytes.subarray(start, start + blockLength);
    }
    return;
  }
  const pattern = patternOf(content.seed);
  for (let start = 0; start < content.size; start += blockLength) {
    // Each block tells its place, so that two blocks in the wrong order are another file.
    const block = Buffer.from(pattern);
    block.writeDoubleBE(start, 0);
    yield block.subarray(0, Math.min(blockLength, content.size - start));
  }
}

/** The sha256 of a file, in hex. */
export function fingerprintOf(content: FileContent): string {
  const hash = createHash('sha256');
  for (const piece of piecesOf(content)) {
    hash.update(piece);
  }
  return hash.digest('hex');
}

function patternOf(seed: string): Buffer {
  const digests = Array.from({ length: blockLength / 32 }, (_, index) =>
    createHash('sha256').update(`${seed} ${index}`).digest(),
  );
  return Buffer.concat(digests);
}
