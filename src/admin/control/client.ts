import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { CommandContext } from '../command.ts';
import { encodeLine, serviceLine } from './protocol.ts';

/**
 * Has the running service carry out a command: what it prints is printed, what it asks is asked. Gives the exit code,
 * or `undefined` where nobody listens at `address`. Rejects when the service goes away meanwhile.
 */
export async function runInService(
  address: string,
  name: string,
  { args, print, ask }: CommandContext,
): Promise<number | undefined> {
  const socket = await open(address);
  if (!socket) {
    return undefined;
  }
  try {
    socket.write(encodeLine({ command: name, args: [...args] }));
    for await (const line of createInterface({ input: socket })) {
      const message = serviceLine.parse(JSON.parse(line));
      if ('print' in message) {
        print(message.print);
      } else if ('exit' in message) {
        return message.exit;
      } else {
        socket.write(encodeLine({ answer: await answerTo(message.ask, { print, ...(ask ? { ask } : {}) }) }));
      }
    }
    throw new Error('The service went away before the command ended; look what was done, and run it again');
  } finally {
    socket.destroy();
  }
}

async function answerTo(question: string, { print, ask }: Pick<CommandContext, 'print' | 'ask'>): Promise<boolean> {
  if (ask) {
    return ask(question);
  }
  print(question);
  print('Nothing was done. Add --yes to do it without being asked.');
  return false;
}

/** `undefined` where there is no socket, or one that a dead process left behind. */
function open(address: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') {
        resolve(undefined);
      } else {
        reject(error);
      }
    });
  });
}
