import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Passes TCP connections on, and can be cut. */
export type Relay = {
  readonly port: number;
  /** From now on nothing passes and nobody is told; after `heal` everything passes that was held back. */
  hold(): void;
  /** Breaks every connection; new ones pass. */
  shake(): void;
  /** Breaks every connection and refuses new ones. */
  sever(): void;
  heal(): void;
  close(): Promise<void>;
};

/** Starts a relay on loopback. `nextPort` chooses where a new connection goes; nothing: it is refused. */
export async function startRelay(nextPort: () => number | undefined): Promise<Relay> {
  const sockets = new Set<Socket>();
  const heldBack: (() => void)[] = [];
  let state: 'open' | 'held' | 'severed' = 'open';

  const whenOpen = (act: () => void): void => {
    if (state === 'held') {
      heldBack.push(act);
    } else {
      act();
    }
  };
  const link = (one: Socket, other: Socket): void => {
    sockets.add(one);
    one.on('data', (chunk) => whenOpen(() => other.write(chunk)));
    one.on('end', () => whenOpen(() => other.end()));
    one.on('error', () => {});
    one.on('close', (broken) => {
      sockets.delete(one);
      if (broken) {
        whenOpen(() => other.resetAndDestroy());
      }
    });
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const port = state === 'severed' ? undefined : nextPort();
    if (port === undefined) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    link(near, far);
    link(far, near);
  });
  const shake = (): void => {
    for (const socket of sockets) {
      socket.resetAndDestroy();
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The relay has no port');
  }

  return {
    port: address.port,
    hold() {
      state = 'held';
    },
    shake,
    sever() {
      state = 'severed';
      shake();
    },
    heal() {
      state = 'open';
      for (const act of heldBack.splice(0)) {
        act();
      }
    },
    async close() {
      state = 'severed';
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}
