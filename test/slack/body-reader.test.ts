import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBodyReader } from '../../src/slack/receiving/body-reader.ts';

const capacityBytes = 1024 * 1024;

/** A request whose body comes in these pieces. */
async function read(pieces: readonly Buffer[], length: number) {
  const request = new IncomingMessage(new Socket());
  const reading = createBodyReader(capacityBytes)(request, length);
  for (const piece of pieces) {
    request.push(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  request.push(null);
  return reading;
}

it('reads a body unchanged, however it is split into packets', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 20_000 }),
      fc.integer({ min: 256, max: 4_096 }),
      async (bytes, packet) => {
        const body = Buffer.from(bytes);
        const packets = Array.from({ length: Math.ceil(body.length / packet) }, (_, index) =>
          body.subarray(index * packet, (index + 1) * packet),
        );
        expect(await read(packets, body.length)).toEqual(body);
      },
    ),
  ));

it('reads a body whose first packets are small', async () => {
  const pieces = [...Array.from({ length: 30 }, () => Buffer.from('x')), Buffer.alloc(5_000, 'x')];
  expect(await read(pieces, 5_030)).toHaveLength(5_030);
});

it.each([100, 5_000])('cuts off a body of %i bytes that comes byte by byte', async (length) => {
  const pieces = Array.from({ length }, () => Buffer.from('x'));
  expect(await read(pieces, length)).toBeUndefined();
});
