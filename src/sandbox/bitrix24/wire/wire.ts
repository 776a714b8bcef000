import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type Answer, htmlPage } from './answers.ts';

/**
 * The whole body, or `undefined` as soon as it is longer than the limit (the rest is read and dropped, so that the answer
 * arrives). Rejects when the client goes away half-way.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) {
        chunks.push(chunk);
      } else {
        resolve(undefined);
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('The client went away while it sent its request')));
  });
}

/** Sends an answer whole. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.length) });
  response.end(bytes);
}

/** The web server's answer to a body over its limit; the connection ends with it. */
export function sendTooLarge(response: ServerResponse): void {
  const page = htmlPage(413, '413 Request Entity Too Large');
  sendAnswer(response, { ...page, headers: { ...page.headers, connection: 'close' } });
}

/** Promises the whole length, sends half of it and ends the connection. */
export function sendHalf(response: ServerResponse, answer: Answer): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** A real RST where the connection is plain TCP; a TLS connection can only be dropped. */
export function resetConnection(response: ServerResponse): void {
  const { socket } = response;
  if (socket === null) {
    return;
  }
  if (socket instanceof Socket && !('encrypted' in socket)) {
    socket.resetAndDestroy();
  } else {
    socket.destroy();
  }
}
