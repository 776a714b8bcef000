import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { notFound } from '../../src/observability/http.ts';
import { connectAddress, withConnectPages } from '../../src/web/connect-pages.ts';
import { recordingLog } from '../bitrix24/harness.ts';
import {
  anna,
  type LinkingHarness,
  type LinkingHarnessOptions,
  openLinkingHarness,
  routeOf,
} from '../linking/harness.ts';

/** The pages over the real use cases, served over HTTP. */
export type WebHarness = LinkingHarness & {
  /** Where the pages are. */
  readonly url: string;
  /** What the pages logged. */
  readonly lines: readonly unknown[];
  /** Begins to connect in Slack; gives the address for the browser. */
  begin(person?: typeof anna): Promise<string>;
  /** From now on everything that is asked of the use cases fails. */
  breakStorage(): void;
};

/** The pages on an address of their own. `https`: as behind a proxy that speaks https. */
export async function openWebHarness(options: LinkingHarnessOptions & { https?: boolean } = {}): Promise<WebHarness> {
  const harness = await openLinkingHarness(options);
  const lines: Parameters<typeof recordingLog>[0] = [];
  let isBroken = false;
  const fail = () => Promise.reject(new Error('The disk is full'));
  const pages = withConnectPages(
    {
      connecting: {
        startAuthorization: (...asked) => (isBroken ? fail() : harness.connecting.startAuthorization(...asked)),
        show: (...asked) => (isBroken ? fail() : harness.connecting.show(...asked)),
        handleCallback: (callback) => (isBroken ? fail() : harness.connecting.handleCallback(callback)),
      },
      publicUrl: options.https ? 'https://bridge.example' : 'http://127.0.0.1',
      log: recordingLog(lines),
    },
    notFound,
  );
  const server = createServer(pages);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  harness.portal.oauth.setHandler(`${url}/bitrix24/callback`);
  return {
    ...harness,
    url,
    lines,
    async begin(person = anna) {
      const begun = await harness.connecting.begin(person, harness.origin, routeOf(person));
      if (begun.kind !== 'begun') {
        throw new Error(begun.kind);
      }
      return connectAddress(url, new Secret(new URL(begun.address).searchParams.get('link') ?? ''));
    },
    breakStorage() {
      isBroken = true;
    },
  };
}
