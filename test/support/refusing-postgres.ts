import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** `startups`: what clients began with, as text. */
export type RefusingPostgres = { readonly port: number; readonly startups: readonly string[]; close(): Promise<void> };

/** What it does: `tls` is the certificate that it shows where TLS is asked for, and `code` and `message` its refusal. */
export type Refusal = {
  readonly code: string;
  readonly message: string;
  readonly tls?: { readonly key: string; readonly cert: string };
};

const requestCodes = { ssl: 80_877_103 } as const;

/** Speaks as much of PostgreSQL's protocol as it takes to refuse everybody for a reason, as servers and poolers do. */
export async function startRefusingPostgres(refusal: Refusal): Promise<RefusingPostgres> {
  const sockets = new Set<Socket>();
  const startups: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (first) => {
      startups.push(first.toString('latin1'));
      answer(socket, first, refusal);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    startups,
    port: typeof address === 'object' && address ? address.port : 0,
    async close() {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(socket: Socket, first: Buffer, refusal: Refusal): void {
  if (first.readInt32BE(4) !== requestCodes.ssl) {
    socket.end(refusing(refusal));
    return;
  }
  if (!refusal.tls) {
    socket.write('N');
    return;
  }
  socket.write('S');
  const secured = new TLSSocket(socket, { isServer: true, ...refusal.tls });
  secured.on('error', () => {});
  secured.once('data', () => secured.end(refusing(refusal)));
}

/** An ErrorResponse. Source: PostgreSQL documentation, "Message Formats". */
function refusing({ code, message }: Refusal): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
