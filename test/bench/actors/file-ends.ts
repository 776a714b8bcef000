import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { piecesOf } from '../../../src/sandbox/slack/state/file-content.ts';
import { answering, serve } from '../conversation.ts';

let origin = '';
let taken = 0;

/** Slack and the portal, as far as one file needs them: what they do costs next to nothing. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, kind, name = ''] = new URL(request.url ?? '/', 'http://ends').pathname.split('/');
  if (kind === 'file') {
    const size = Number(name);
    response.writeHead(200, { 'content-type': 'application/zip', 'content-length': String(size) });
    await pipeline(Readable.from(piecesOf({ kind: 'made', size, seed: 'bench' })), response);
    return;
  }
  let last = '';
  taken = 0;
  for await (const piece of request) {
    const bytes: Buffer = piece;
    taken += bytes.byteLength;
    last = bytes.toString('latin1', Math.max(0, bytes.byteLength - 40));
  }
  if (kind === 'api') {
    const size = Number(/file=(\d+)/.exec(last)?.[1]);
    const file = { id: String(size), name: 'bench.zip', size, mimetype: 'application/zip', mode: 'hosted' };
    const address = `${origin}/file/${size}`;
    response.end(JSON.stringify({ ok: true, file: { ...file, url_private_download: address } }));
  } else {
    response.end(JSON.stringify({ result: { messageId: 1 } }));
  }
}

serve({
  open: answering(z.object({}), async () => {
    const server = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    return { origin };
  }),
  /** How many bytes the last upload had. */
  taken: answering(z.object({}), () => ({ taken })),
});
