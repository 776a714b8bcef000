import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Certificate } from './certificate.ts';
import { type Listener, type ListenerOptions, startListener } from './listener.ts';
import { htmlPage } from './wire/answers.ts';
import { sendAnswer } from './wire/wire.ts';

/** The addresses that a portal has and had. */
export type Addresses = {
  /** The one that it has now. */
  readonly origin: string;
  /**
   * Gives the portal another port. Every earlier address sends on to the new one with 302; the token server, which in
   * the real world is nobody's portal, stays where it is. With a certificate the new one is https.
   */
  rename(certificate: Certificate | undefined): Promise<void>;
  down(): Promise<void>;
  up(): Promise<void>;
};

/** Starts at one address. */
export async function startAddresses({
  hostname,
  handle,
  ...options
}: ListenerOptions & { readonly hostname: string }): Promise<Addresses> {
  const listeners: Listener[] = [];
  let scheme = 'http';
  const origin = () => `${scheme}://${hostname}:${listeners.at(-1)?.port}`;

  async function listen(port: number, certificate: Certificate | undefined): Promise<void> {
    const place = listeners.length;
    const isOld = () => place < listeners.length - 1;
    listeners.push(
      await startListener({
        ...options,
        certificate,
        port,
        handle: (request, response) =>
          isOld() && !request.url?.startsWith('/oauth/token') ? sendOn(request, response) : handle(request, response),
      }),
    );
    scheme = certificate === undefined ? 'http' : 'https';
  }

  function sendOn(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const page = htmlPage(302, '302 Moved');
    sendAnswer(response, { ...page, headers: { ...page.headers, location: `${origin()}${request.url}` } });
  }

  await listen(options.port, options.certificate);
  return {
    get origin() {
      return origin();
    },
    rename: (certificate) => listen(0, certificate),
    down: async () => void (await Promise.all(listeners.map(({ down }) => down()))),
    up: async () => void (await Promise.all(listeners.map(({ up }) => up()))),
  };
}
