import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

type Family = readonly string[] | 'silent';

/** What a name server says about a name: addresses by family, that there is no such name, or nothing at all. */
export type NameAnswer = { readonly a?: Family; readonly aaaa?: Family } | 'unknown' | 'silent';

/** A running name server that records what it is asked. */
export type NameServer = {
  /** As `address:port`. */
  readonly address: string;
  /** Every question so far, as `A name` or `AAAA name`. */
  readonly asked: readonly string[];
};

/** Starts a name server over UDP, closed at the end of the test. Source: RFC 1035, 4. */
export async function startNameServer(answerFor: (name: string) => NameAnswer): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, type, end } = questionIn(query);
    asked.push(`${type === 28 ? 'AAAA' : 'A'} ${name}`);
    const answer = familyOf(answerFor(name), type);
    if (answer !== 'silent') {
      socket.send(reply(query.subarray(0, end), type, answer), from.port, from.address);
    }
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => new Promise((resolve) => socket.close(() => resolve())));
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}

function questionIn(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function familyOf(answer: NameAnswer, type: number): Family | 'unknown' {
  if (typeof answer === 'string') {
    return answer;
  }
  return (type === 28 ? answer.aaaa : answer.a) ?? [];
}

/** Header and question as they came, with the answers behind. */
function reply(question: Buffer, type: number, answer: readonly string[] | 'unknown'): Buffer {
  const addresses = answer === 'unknown' ? [] : answer;
  const head = Buffer.from(question);
  head.writeUInt16BE(answer === 'unknown' ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...addresses.map((address) => record(type, address))]);
}

function record(type: number, address: string): Buffer {
  const data =
    type === 28
      ? Buffer.from(address.split(':').flatMap((group) => [Number(`0x${group}`) >> 8, Number(`0x${group}`) & 255]))
      : Buffer.from(address.split('.').map(Number));
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([head, data]);
}
