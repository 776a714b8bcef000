import { connect, type Socket } from 'node:net';
import { seemsSigned } from './seems-signed.ts';

const mebibyte = 1024 * 1024;
const post = 'POST /slack/events HTTP/1.1\r\nContent-Type: application/json\r\n';
const unsigned = 'Host: b24task\r\n';
const inChunks = 'Transfer-Encoding: chunked\r\n\r\n';
const lengthOf = (bytes: number) => `Content-Length: ${bytes}\r\n\r\n`;
const tinyChunks = Buffer.from('1\r\nx\r\n'.repeat(1_500));
const blanks = Buffer.alloc(mebibyte, ' ');

/** What strangers without any credentials do on each of their connections. */
export const strangers: Readonly<Record<string, (socket: Socket) => void>> = {
  'say nothing': () => {},
  'never end a head': (socket) => socket.write(`${post}X-More: `),
  'never send the body': (socket) => socket.write(`${post}${seemsSigned()}${lengthOf(mebibyte)}`),
  'keep back the last byte of a large body': (socket) => {
    socket.write(`${post}${seemsSigned()}${lengthOf(mebibyte)}`);
    socket.write(blanks.subarray(1));
  },
  'keep back the last byte of a small body': (socket) =>
    socket.write(`${post}${seemsSigned()}${lengthOf(100)}${' '.repeat(99)}`),
  'send a head byte by byte': (socket) => drip(socket, `${post}X-More: `),
  'send a body byte by byte': (socket) => drip(socket, `${post}${seemsSigned()}${lengthOf(mebibyte)}`),
  'send a body in many pieces': (socket) => {
    socket.setNoDelay();
    socket.write(`${post}${seemsSigned()}${lengthOf(mebibyte)}`);
    pour(socket);
  },
  'send a body in tiny chunks': (socket) => {
    socket.write(`${post}${unsigned}${inChunks}`);
    socket.write(tinyChunks);
  },
  'send what seems signed in tiny chunks': (socket) => {
    socket.write(`${post}${seemsSigned()}${inChunks}`);
    socket.write(tinyChunks);
  },
  'send a body in tiny chunks where none belongs': (socket) => {
    socket.write(`GET /health/ready HTTP/1.1\r\n${unsigned}${inChunks}`);
    socket.write(tinyChunks);
  },
  'send a body without end': (socket) => {
    socket.write(`${post}${unsigned}${lengthOf(1_000 * mebibyte)}`);
    socket.write(blanks);
  },
  'send whole bodies that seem signed': (socket) => {
    socket.write(`${post}${seemsSigned()}${lengthOf(128 * 1024)}`);
    socket.write(blanks.subarray(0, 128 * 1024));
  },
  'ask many times at once and read no answer': (socket) => {
    socket.pause();
    socket.write(`GET /health/ready HTTP/1.1\r\n${unsigned}\r\n`.repeat(60));
  },
  'ask for another protocol': (socket) =>
    socket.write(`GET /health/ready HTTP/1.1\r\n${unsigned}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`),
  'speak something else': (socket) => socket.write('\u0016\u0003\u0001 HELO\r\n\r\n'.repeat(100)),
};

const dripMs = 20;

/** The text, and after it one blank after the other. */
function drip(socket: Socket, text: string): void {
  socket.write(text);
  const timer = setInterval(() => socket.write(' '), dripMs);
  socket.once('close', () => clearInterval(timer));
}

/** One byte after the other, as fast as they are taken. */
function pour(socket: Socket): void {
  if (socket.writable) {
    socket.write(' ', () => setImmediate(pour, socket));
  }
}

/** Strangers at work: each whose connection ends comes again at once, as long as there are visits left. */
export type Siege = {
  /** How many connections there have been. */
  readonly connections: number;
  end(): void;
};

/** Lets strangers hold as many connections to this port as they can: `atOnce` at the most, `visits` in all. */
export function besiege(
  port: number,
  act: (socket: Socket) => void,
  { atOnce, visits }: { readonly atOnce: number; readonly visits: number },
): Siege {
  const held = new Set<Socket>();
  let connections = 0;
  let isOn = true;
  for (let each = 0; each < atOnce; each += 1) {
    come();
  }
  return {
    get connections() {
      return connections;
    },
    end() {
      isOn = false;
      for (const socket of held) {
        socket.destroy();
      }
    },
  };

  function come(): void {
    const socket = connect(port, '127.0.0.1', () => {
      connections += 1;
      act(socket);
    });
    held.add(socket);
    socket.on('error', () => {});
    socket.resume();
    socket.once('close', () => {
      held.delete(socket);
      if (isOn && connections < visits) {
        setImmediate(come);
      }
    });
  }
}
