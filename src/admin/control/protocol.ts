import { join, relative, resolve } from 'node:path';
import { z } from 'zod';

/** The first line of a client: which command, and the words behind it. */
export const commandLine = z.object({ command: z.string(), args: z.array(z.string()) });

/** A line of the service: something to print, a question, or the end with its exit code. */
export const serviceLine = z.union([
  z.object({ print: z.string() }),
  z.object({ ask: z.string() }),
  z.object({ exit: z.number() }),
]);

/** The client's answer to a question. */
export const answerLine = z.object({ answer: z.boolean() });

/** No line of either side is longer than this (bytes): what is longer is not from us. */
export const maxLineBytes = 64 * 1024;

/**
 * Addresses of local sockets hold some hundred bytes, less than a path may have.
 * Source: unix(7), `sun_path[108]` on Linux, 104 on macOS and the BSDs.
 */
const maxAddressBytes = 103;

/**
 * Where the service of this folder takes commands; `undefined` where the path is too long for an address, and on
 * Windows, whose local sockets (named pipes) do not lie in the folder and are not guarded by its rights.
 */
export function controlAddress(dataDir: string): string | undefined {
  const path = resolve(join(dataDir, 'control.sock'));
  const here = relative(process.cwd(), path);
  const address = here !== '' && Buffer.byteLength(here) < Buffer.byteLength(path) ? here : path;
  const fits = Buffer.byteLength(address) <= maxAddressBytes;
  return fits && process.platform !== 'win32' ? address : undefined;
}

/** One message as a line. */
export function encodeLine(
  message: z.infer<typeof serviceLine> | z.infer<typeof answerLine> | z.infer<typeof commandLine>,
) {
  return `${JSON.stringify(message)}\n`;
}
