import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createAnswerRoom } from '../../src/bitrix24/answer-bodies.ts';
import { Secret } from '../../src/domain/secret.ts';
import { openHarness, originOf } from './harness.ts';
import { closed, httpAnswer, startWire } from './wire.ts';

const success = '{"result":{"result":true}}';

function call(origin: string) {
  const { caller } = openHarness({ portals: [originOf(origin)] });
  return caller.call({
    origin,
    path: new Secret('/rest/api/1/hush/some.method'),
    contentType: 'application/json',
    body: new Secret('{}'),
    leaveWithinMs: 5_000,
    answerWithinMs: 65_000,
  });
}

/** Writes `piece` as often as `times`, as fast as the other side reads. */
function pour(socket: Socket, piece: string, times: number): void {
  let left = times;
  const go = () => {
    while (left > 0 && !socket.destroyed) {
      left -= 1;
      if (!socket.write(piece)) {
        return;
      }
    }
  };
  socket.on('drain', go);
  go();
}

const crumbs = '1\r\nx\r\n'.repeat(10_000);

describe('a malicious portal', () => {
  it('cannot fill the memory with answers in chunks of one byte, many at a time', { timeout: 60_000 }, async () => {
    const wire = await startWire(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      pour(socket, crumbs, 100);
    });
    const worker = new Worker(new URL('./call-in-small-heap.ts', import.meta.url), {
      workerData: { origin: wire.origin, calls: 14 },
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    });
    const [ends]: unknown[] = await once(worker, 'message');
    expect(ends).toEqual(Array.from({ length: 14 }, () => 'ANSWER_IN_CRUMBS'));
  });

  it('is left when its interim answers do not end', async () => {
    const wire = await startWire(({ socket }) => pour(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', 1e6));
    expect(await call(wire.origin)).toMatchObject({ kind: 'lost', cause: 'TOO_MANY_INTERIM_ANSWERS' });
    await closed((await wire.take()).socket);
  });

  it.each([
    ['a head', 'HTTP/1.1 200 OK\r\n'],
    ['the head of an interim answer', 'HTTP/1.1 103 Early Hints\r\n'],
    ['a trailer', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n'],
  ])('is left when %s does not end', async (_, start) => {
    const wire = await startWire(({ socket }) => {
      socket.write(start);
      pour(socket, `x-more: ${'x'.repeat(1_000)}\r\n`, 1e6);
    });
    expect(await call(wire.origin)).toMatchObject({ cause: 'UND_ERR_HEADERS_OVERFLOW' });
    await closed((await wire.take()).socket);
  });

  it('cannot expand a small answer by compression', async () => {
    const bomb = gzipSync('x'.repeat(50 * 1024 * 1024));
    const wire = await startWire(({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    });
    const result = await call(wire.origin);
    expect(result.kind === 'answered' ? result.answer.text.length : undefined).toBeLessThanOrEqual(bomb.length);
  });

  it('cannot use up the memory that answers of other portals need', async () => {
    const room = createAnswerRoom({
      bytesPerAnswer: 4_096,
      freeBytes: 1_024,
      sharedBytes: 8_192,
      sharedBytesPerOrigin: 4_096,
      pieces: 100,
    });
    const long = Buffer.alloc(4_096, 'x');
    const [first, second, third] = [
      room.open('https://a.example'),
      room.open('https://a.example'),
      room.open('https://b.example'),
    ];
    expect([first.append(long), second.append(long), third.append(long)]).toEqual([
      undefined,
      'TOO_MANY_ANSWERS',
      undefined,
    ]);
    expect(room.open('https://a.example').append(Buffer.from(success))).toBeUndefined();
    expect(first.close()).toBe(long.toString());
    expect(second.append(long)).toBeUndefined();
  });
});

describe('a portal with unusual but valid answers', () => {
  it('is read when its answer comes byte by byte', async () => {
    const wire = await startWire(({ socket }) => {
      const chunks = [...success].map((byte) => `1\r\n${byte}\r\n`).join('');
      socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
    });
    expect(await call(wire.origin)).toMatchObject({ answer: { status: 200, text: success } });
  });

  it('is read behind a few interim answers', async () => {
    const wire = await startWire(({ socket }) =>
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(20) + httpAnswer(200, success)),
    );
    expect(await call(wire.origin)).toMatchObject({ answer: { status: 200, text: success } });
  });
});
