import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { onTestFinished } from 'vitest';

/**
 * Starts a proxy that hands everything on as it comes, byte by byte, and has no limits of its own; gives its port. It
 * ends with the test.
 */
export async function startStreamingProxy(service: number): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer({ requestTimeout: 0, headersTimeout: 0 }, (incoming, outgoing) => {
    const { method, url: path, headers, socket } = incoming;
    const passedOn = request({ host: '127.0.0.1', port: service, agent, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passedOn.on('error', () => socket.destroy());
    outgoing.once('close', () => passedOn.destroy());
    incoming.pipe(passedOn);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    agent.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
