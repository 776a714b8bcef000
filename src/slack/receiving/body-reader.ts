import type { IncomingMessage } from 'node:http';

/** Reads a body of exactly `length` bytes; `undefined` when it is cut off, or has to make room for another one. */
export type ReadBody = (request: IncomingMessage, length: number) => Promise<Buffer | undefined>;

/**
 * Each piece costs as much as a kilobyte in one, before anybody can know who sends. Slack's bodies come in packets of
 * more than a kilobyte; the first may be small, as proxies begin with small ones.
 */
const isTooFine = (pieces: number, bytes: number) => pieces > 32 + bytes / 256;

/**
 * Creates the reader of bodies, which never holds more than `capacityBytes` of all that are under way. A body is one
 * buffer from the beginning, so that it takes no more memory in a million pieces than in one. Where there is no room,
 * the largest under way is cut off, and of equal ones the oldest: Slack's are small and here within milliseconds. So
 * is one that comes in tiny pieces.
 */
export function createBodyReader(capacityBytes: number): ReadBody {
  const underWay = new Map<IncomingMessage, number>();
  let held = 0;

  return async (request, length) => {
    while (held + length > capacityBytes && underWay.size > 0) {
      cutOff(largest(underWay));
    }
    underWay.set(request, length);
    held += length;
    try {
      return await fill(request, Buffer.allocUnsafeSlow(length));
    } finally {
      letGo(request);
    }
  };

  function cutOff(request: IncomingMessage | undefined): void {
    if (request) {
      letGo(request);
      request.destroy();
    }
  }

  function letGo(request: IncomingMessage): void {
    held -= underWay.get(request) ?? 0;
    underWay.delete(request);
  }
}

function largest(underWay: ReadonlyMap<IncomingMessage, number>): IncomingMessage | undefined {
  let [found, most]: [IncomingMessage | undefined, number] = [undefined, -1];
  for (const [request, length] of underWay) {
    if (length > most) {
      [found, most] = [request, length];
    }
  }
  return found;
}

function fill(request: IncomingMessage, buffer: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let [filled, pieces] = [0, 0];
    request.on('data', (chunk: Buffer) => {
      filled += chunk.copy(buffer, filled);
      pieces += 1;
      if (isTooFine(pieces, filled)) {
        request.destroy();
      }
    });
    request.once('end', () => resolve(filled === buffer.length ? buffer : undefined));
    request.once('error', () => resolve(undefined));
    request.once('close', () => resolve(undefined));
  });
}
