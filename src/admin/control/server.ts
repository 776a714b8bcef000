import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Log } from '../../domain/log.ts';
import type { Storage } from '../../storage/open.ts';
import type { AdminCommand } from '../command.ts';
import { answerLine, commandLine, encodeLine, maxLineBytes } from './protocol.ts';

/** Commands by the names that a client gives. */
export type Commands = Readonly<Record<string, AdminCommand>>;

/** The dependencies of the control socket. */
export type ControlDeps = {
  readonly address: string;
  readonly commands: Commands;
  readonly storage: Storage;
  readonly log: Log;
};

/** The control socket while it listens. */
export type Control = {
  /** Ends it, and every command that is under way at its next word. */
  close(): Promise<void>;
};

const maxClients = 8;

/**
 * Takes an administrator's commands beside the running service: on SQLite no other process may open the data. Only users who
 * may read the data folder can use the socket (mode 0600). The caller has the folder to itself, so a socket that is already
 * there was left by a process that died.
 */
export async function serveControl({ address, commands, storage, log }: ControlDeps): Promise<Control> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    void serve(socket, { commands, storage, log });
  });
  server.maxConnections = maxClients;
  await rm(address, { force: true });
  await listen(server, address);
  await chmod(address, 0o600);
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) {
        socket.destroy();
      }
      await closed;
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(socket: Socket, { commands, storage, log }: Omit<ControlDeps, 'address'>): Promise<void> {
  const lines = linesOf(socket);
  const say = (message: Parameters<typeof encodeLine>[0]) => void socket.write(encodeLine(message));
  const print = (line: string) => say({ print: line });
  try {
    const { command: name, args } = commandLine.parse(await lines.next());
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) {
      print(`The running service does not know ${name}: it is another release. Restart it, or stop it for this.`);
      say({ exit: 1 });
      return;
    }
    log.info({ command: name, args }, 'command of an administrator');
    const ask = async (question: string) => {
      say({ ask: question });
      return answerLine.parse(await lines.next()).answer;
    };
    say({ exit: await command({ env: {}, args, print, ask, storage }) });
  } catch (error) {
    // The other side is gone, or does not speak as we do: there is nobody to tell.
    log.warn({ error }, 'command of an administrator broken off');
  } finally {
    socket.end();
  }
}

/** The lines of a socket as parsed JSON; rejects when it ends, or sends what is longer than any line of ours. */
function linesOf(socket: Socket): { next(): Promise<unknown> } {
  let received = 0;
  socket.on('data', (bytes) => {
    received += bytes.length;
    if (received > maxLineBytes) {
      socket.destroy();
    }
  });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await lines.next();
      if (done === true || typeof value !== 'string') {
        throw new Error('The connection ended');
      }
      return JSON.parse(value);
    },
  };
}
