import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallRequest } from '../../src/bitrix24/call.ts';
import { Secret } from '../../src/domain/secret.ts';
import { systemClock } from '../../src/domain/system-clock.ts';
import { makeCertificate } from '../../src/sandbox/bitrix24/certificate.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type HarnessOptions, openHarness, originOf } from './harness.ts';
import { closed, httpAnswer, startWire } from './wire.ts';

const success = '{"result":{"result":true}}';
const answerSuccess = ({ socket }: { socket: { write(text: string): unknown } }) =>
  socket.write(httpAnswer(200, success));

function requestTo(origin: string, change: Partial<CallRequest> = {}): CallRequest {
  return {
    origin,
    path: new Secret('/rest/api/1/hush/some.method'),
    contentType: 'application/json',
    body: new Secret('{"a":1}'),
    leaveWithinMs: 5_000,
    answerWithinMs: 65_000,
    ...change,
  };
}

function callerFor(origin: string, options: HarnessOptions = {}) {
  return openHarness({ portals: [originOf(origin)], ...options }).caller;
}

describe('a request that goes well', () => {
  it('is on the wire byte for byte as it was given', async () => {
    const wire = await startWire(answerSuccess);
    const body = '{"fields":{"text":"Grüße  \\u2028 😀 \\"x\\"\\r\\n", "taskId" : 51}}\n';
    const headers = { 'idempotency-key': 'abc.1' };
    const result = await callerFor(wire.origin).call(requestTo(wire.origin, { body: new Secret(body), headers }));
    expect(result).toMatchObject({ kind: 'answered', answer: { status: 200, text: success } });
    const [request] = wire.requests;
    expect(request?.body).toBe(body);
    expect(request?.head.split('\r\n')).toEqual([
      'POST /rest/api/1/hush/some.method HTTP/1.1',
      `host: 127.0.0.1:${wire.port}`,
      'connection: keep-alive',
      'user-agent: b24task/1.2.3',
      'accept: application/json',
      'accept-encoding: identity',
      'content-type: application/json',
      'idempotency-key: abc.1',
      `content-length: ${Buffer.byteLength(body)}`,
    ]);
  });

  it('uses a connection again when it is free, and another one when it is not', async () => {
    const wire = await startWire();
    const caller = callerFor(wire.origin);
    const [first, second] = [caller.call(requestTo(wire.origin)), caller.call(requestTo(wire.origin))];
    const [one, two] = [await wire.take(), await wire.take()];
    expect(wire.connections()).toBe(2);
    for (const { socket } of [one, two]) {
      socket.write(httpAnswer(200, success));
    }
    await Promise.all([first, second]);
    const third = caller.call(requestTo(wire.origin));
    (await wire.take()).socket.write(httpAnswer(200, success));
    expect(await third).toMatchObject({ kind: 'answered' });
    expect(wire.connections()).toBe(2);
  });

  it('skips interim answers, and reads an answer of exactly 1 MiB', async () => {
    const long = 'x'.repeat(1024 * 1024);
    const wire = await startWire(({ socket }) =>
      socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${httpAnswer(200, long)}`),
    );
    const result = await callerFor(wire.origin).call(requestTo(wire.origin));
    expect(result).toMatchObject({ kind: 'answered', answer: { status: 200, text: long } });
  });

  it('never follows a redirect', async () => {
    const elsewhere = await startWire(answerSuccess);
    const wire = await startWire(({ socket }) =>
      socket.write(httpAnswer(307, '', { location: `${elsewhere.origin}/` })),
    );
    const caller = openHarness({ portals: [originOf(wire.origin), originOf(elsewhere.origin)] }).caller;
    expect(await caller.call(requestTo(wire.origin))).toMatchObject({ kind: 'answered', answer: { status: 307 } });
    expect(elsewhere.connections()).toBe(0);
  });
});

describe('a request that has not left', () => {
  it('is known as not sent when the port is closed', async () => {
    const wire = await startWire();
    await wire.close();
    expect(await callerFor(wire.origin).call(requestTo(wire.origin))).toEqual({
      kind: 'not-sent',
      cause: 'ECONNREFUSED',
    });
  });

  it('is known as not sent when the name is unknown', async () => {
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const origin = 'http://portal.test:8080';
    const caller = callerFor(origin, { lookup: () => Promise.reject(unknown) });
    expect(await caller.call(requestTo(origin))).toEqual({ kind: 'not-sent', cause: 'ENOTFOUND' });
  });

  it('is known as not sent when the portal speaks no TLS', async () => {
    const wire = await startWire(undefined, { onConnection: (socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n') });
    const origin = `https://127.0.0.1:${wire.port}`;
    expect(await callerFor(origin).call(requestTo(origin))).toMatchObject({ kind: 'not-sent' });
  });

  it('is known as not sent when the certificate is not trusted', async () => {
    const wire = await startWire(answerSuccess, { tls: await makeCertificate(['127.0.0.1']) });
    expect(await callerFor(wire.origin).call(requestTo(wire.origin))).toEqual({
      kind: 'not-sent',
      cause: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(wire.requests).toEqual([]);
  });

  it('is given up when the connection is not ready in time, and never goes out afterwards', async () => {
    const clock = manualClock();
    const wire = await startWire(answerSuccess);
    const origin = `http://portal.test:${wire.port}`;
    const { promise: resolved, resolve: answerName } = Promise.withResolvers<void>();
    const caller = callerFor(origin, {
      clock,
      lookup: () => resolved.then(() => [{ address: '127.0.0.1', family: 4 }]),
    });
    const late = caller.call(requestTo(origin, { body: new Secret('"late"') }));
    clock.advance(4_999);
    clock.advance(1);
    expect(await late).toEqual({ kind: 'not-sent', cause: 'LEAVE_TIMEOUT' });
    answerName();
    await caller.call(requestTo(origin, { body: new Secret('"next"') }));
    const calls = [caller.call(requestTo(origin)), caller.call(requestTo(origin))];
    expect(await Promise.all(calls)).toMatchObject([{ kind: 'answered' }, { kind: 'answered' }]);
    expect(wire.requests.map(({ body }) => body)).toEqual(['"next"', '{"a":1}', '{"a":1}']);
    // The connection that the late request would have used is still good.
    expect(wire.connections()).toBe(2);
  });

  it('is given up when TLS is not ready in time', async () => {
    const clock = manualClock();
    const { promise: greeted, resolve: greet } = Promise.withResolvers<Buffer>();
    const wire = await startWire(undefined, { onConnection: (socket) => socket.once('data', greet) });
    const origin = `https://127.0.0.1:${wire.port}`;
    const call = callerFor(origin, { clock }).call(requestTo(origin));
    await greeted;
    clock.advance(5_000);
    expect(await call).toEqual({ kind: 'not-sent', cause: 'LEAVE_TIMEOUT' });
  });

  it('is given up when the process was held up too long, although no timer fired', async () => {
    const clock = manualClock();
    const wire = await startWire(answerSuccess, { onConnection: () => clock.stall(5_001) });
    const origin = `http://portal.test:${wire.port}`;
    const caller = callerFor(origin, {
      clock,
      lookup() {
        clock.stall(5_001);
        return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      },
    });
    expect(await caller.call(requestTo(origin))).toEqual({ kind: 'not-sent', cause: 'LEAVE_TIMEOUT' });
    expect(wire.requests).toEqual([]);
  });

  it('is known as not sent after the caller was closed', async () => {
    const wire = await startWire(answerSuccess);
    const caller = callerFor(wire.origin);
    await caller.close();
    expect(await caller.call(requestTo(wire.origin))).toMatchObject({ kind: 'not-sent' });
  });

  it('throws when HTTP cannot express it', async () => {
    const wire = await startWire(answerSuccess);
    const call = callerFor(wire.origin).call(requestTo(wire.origin, { headers: { 'idempotency-key': 'a\nb' } }));
    await expect(call).rejects.toThrow('cannot be expressed');
    expect(wire.requests).toEqual([]);
  });
});

describe('a request that may have run', () => {
  it.each([
    ['reset', 'after it was read', 'ECONNRESET'],
    ['close', 'after it was read', 'UND_ERR_SOCKET'],
  ] as const)('is lost when the connection ends by %s %s', async (how, _, cause) => {
    const wire = await startWire(({ socket }) => (how === 'reset' ? socket.resetAndDestroy() : socket.destroy()));
    expect(await callerFor(wire.origin).call(requestTo(wire.origin))).toMatchObject({ kind: 'lost', cause });
    expect(wire.requests).toHaveLength(1);
  });

  it('is lost when the connection ends before it was read, which looks the same', async () => {
    const wire = await startWire(undefined, { onConnection: (socket) => socket.destroy() });
    expect(await callerFor(wire.origin).call(requestTo(wire.origin))).toMatchObject({ kind: 'lost' });
    expect(wire.requests).toEqual([]);
  });

  it('is lost when no answer comes in time, counted from when it left', async () => {
    const clock = manualClock();
    const wire = await startWire();
    const call = callerFor(wire.origin, { clock }).call(requestTo(wire.origin));
    const { socket } = await wire.take();
    clock.advance(64_999);
    clock.advance(1);
    expect(await call).toEqual({ kind: 'lost', sinceLeftMs: 65_000, cause: 'ANSWER_TIMEOUT' });
    await closed(socket);
  });

  it('keeps to the whole budget of a caller who cannot wait', async () => {
    const clock = manualClock();
    const wire = await startWire(undefined, { onConnection: () => clock.stall(500) });
    const origin = `http://portal.test:${wire.port}`;
    const caller = callerFor(origin, {
      clock,
      lookup() {
        clock.advance(1_200);
        return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      },
    });
    const call = caller.call(requestTo(origin, { totalMs: 2_000 }));
    await wire.take();
    clock.advance(800);
    expect(await call).toMatchObject({ kind: 'lost', cause: 'ANSWER_TIMEOUT' });
  });

  it('is lost when the caller is closed under it', async () => {
    const wire = await startWire();
    const caller = callerFor(wire.origin);
    const call = caller.call(requestTo(wire.origin));
    await wire.take();
    await caller.close();
    expect(await call).toMatchObject({ kind: 'lost', cause: 'UND_ERR_DESTROYED' });
  });

  it.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH\r\n'],
    ['only an interim one', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'],
    ['a broken head', 'HTTP/1.1 200 OK\r\nbad header\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
  ])('is lost when the answer is %s', async (_, bytes) => {
    const wire = await startWire(({ socket }) => socket.end(bytes));
    expect(await callerFor(wire.origin).call(requestTo(wire.origin))).toMatchObject({ kind: 'lost' });
  });
});

describe('an answer that breaks off', () => {
  it('keeps what came of a body that is cut', async () => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(200, '{"result":', { 'content-length': '26' })));
    expect(await callerFor(wire.origin).call(requestTo(wire.origin))).toMatchObject({
      kind: 'answered',
      answer: { status: 200, text: '{"result":' },
      cause: expect.any(String),
    });
  });

  it('keeps what came of a body that stalls until the time is up', async () => {
    const clock = manualClock();
    const wire = await startWire(({ socket }) => socket.write(httpAnswer(200, '{"res', { 'content-length': '26' })));
    const call = callerFor(wire.origin, { clock }).call(requestTo(wire.origin));
    await wire.take();
    // The bytes of the answer are on their way; the next request over this machine comes after them.
    await roundTrip(wire.port);
    clock.advance(65_000);
    expect(await call).toMatchObject({ answer: { status: 200, text: '{"res' }, cause: 'ANSWER_TIMEOUT' });
  });

  it('stops reading a body over 1 MiB and closes the connection', async () => {
    const wire = await startWire(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      const pour = () => {
        while (!socket.destroyed && socket.write(chunk)) {}
      };
      socket.on('drain', pour);
      pour();
    });
    const result = await callerFor(wire.origin).call(requestTo(wire.origin));
    expect(result).toMatchObject({ kind: 'answered', answer: { status: 200 }, cause: 'ANSWER_TOO_LONG' });
    const { socket } = await wire.take();
    await closed(socket);
  });

  it('does not decompress what was compressed unasked', async () => {
    const packed = gzipSync(success);
    const wire = await startWire(({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`);
      socket.write(packed);
    });
    const result = await callerFor(wire.origin).call(requestTo(wire.origin));
    expect(result).toMatchObject({ kind: 'answered', answer: { text: expect.not.stringContaining('result') } });
  });
});

describe('a kept connection that the portal closes', () => {
  it('is replaced before anything is sent on it', async () => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(200, success)));
    const caller = callerFor(wire.origin);
    for (let turn = 1; turn <= 3; turn += 1) {
      expect(await caller.call(requestTo(wire.origin))).toMatchObject({ kind: 'answered' });
    }
    expect(wire.connections()).toBe(3);
  });

  it.each(['in a timer', 'in a socket event', 'in a microtask'])(
    'is replaced when it was closed while this process was busy, and the call comes %s',
    async (moment) => {
      const server = await startBusyPartner();
      const caller = callerFor(server.origin, { clock: systemClock });
      expect(await caller.call(requestTo(server.origin))).toMatchObject({ kind: 'answered' });
      const { promise, resolve } = Promise.withResolvers<unknown>();
      const callWhenClosed = () => {
        server.blockUntilClosed();
        resolve(caller.call(requestTo(server.origin)));
      };
      if (moment === 'in a timer') {
        setTimeout(callWhenClosed, 0);
      } else if (moment === 'in a socket event') {
        await onSocketEvent(callWhenClosed);
      } else {
        await Promise.resolve().then(callWhenClosed);
      }
      expect(await promise).toMatchObject({ kind: 'answered' });
      expect(server.connections()).toBe(2);
    },
  );

  it('is a lost request when it closes under the request', async () => {
    const wire = await startWire(({ socket }) => {
      if (wire.requests.length === 1) {
        socket.write(httpAnswer(200, success));
      } else {
        socket.destroy();
      }
    });
    const caller = callerFor(wire.origin);
    await caller.call(requestTo(wire.origin));
    expect(await caller.call(requestTo(wire.origin))).toMatchObject({ kind: 'lost' });
    expect(wire.connections()).toBe(1);
  });
});

async function roundTrip(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  await once(socket, 'close');
}

async function onSocketEvent(act: () => void): Promise<void> {
  const server = createServer((socket) => {
    act();
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address === 'object' && address) {
    await roundTrip(address.port);
  }
  server.close();
}

/**
 * A portal in a thread of its own, which closes its first connection as soon as `blockUntilClosed` holds up this
 * thread, so that the close has arrived while nobody here could notice.
 */
async function startBusyPartner() {
  const shared = new Int32Array(new SharedArrayBuffer(12));
  const worker = new Worker(
    `const { createServer } = require('node:net');
     const { workerData: shared, parentPort } = require('node:worker_threads');
     const answer = ${JSON.stringify(httpAnswer(200, success))};
     const server = createServer((socket) => {
       const connection = Atomics.add(shared, 2, 1) + 1;
       socket.on('error', () => {});
       socket.on('data', () => {
         socket.write(answer);
         if (connection > 1) return;
         const poll = setInterval(() => {
           if (Atomics.load(shared, 0) === 0) return;
           clearInterval(poll);
           socket.end(() => { Atomics.store(shared, 1, 1); Atomics.notify(shared, 1); });
         }, 1);
       });
     });
     server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true, workerData: shared },
  );
  onTestFinished(async () => {
    await worker.terminate();
  });
  const [port]: unknown[] = await once(worker, 'message');
  return {
    origin: `http://127.0.0.1:${port}`,
    connections: () => Atomics.load(shared, 2),
    blockUntilClosed() {
      Atomics.store(shared, 0, 1);
      Atomics.wait(shared, 1, 0, 60_000);
    },
  };
}
