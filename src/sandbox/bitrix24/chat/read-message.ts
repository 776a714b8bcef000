import { drawOnMobile } from './mobile-client.ts';
import type { Piece } from './pieces.ts';
import { listLine, pushText } from './push-text.ts';
import { type ServedText, serveText } from './server-text.ts';
import { drawOnWeb, type WebBuild } from './web-client.ts';

/** A message as everybody meets it: what the portal does because of it, and what readers see of it. */
export type ReadMessage = ServedText & {
  readonly web: readonly Piece[];
  readonly mobile: readonly Piece[];
  readonly push: string;
  readonly list: string;
};

/** Reads a message that was sent as `text`, by the rules of the portal and of its clients. */
export function readMessage(text: string, build: WebBuild = 'im 26.800'): ReadMessage {
  const served = serveText(text);
  return {
    ...served,
    web: drawOnWeb(served.read, build),
    mobile: drawOnMobile(served.read),
    push: pushText(served.read),
    list: listLine(served.read),
  };
}
