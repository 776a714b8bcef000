import { type Dispatcher, request } from 'undici';
import type { SlackFileProblem } from '../../domain/file-problem.ts';
import { retryAfterMs } from '../web-api/fetch.ts';
import { type FileAddress, readFileAddress } from './file-address.ts';
import type { FileInfo } from './read-file-info.ts';

/** The body of a download, not read yet. */
export type Body = Dispatcher.ResponseData['body'];

/** The bytes of a file, or why there are none. */
export type Download =
  | { readonly kind: 'body'; readonly body: Body }
  | { readonly kind: 'problem'; readonly problem: SlackFileProblem };

/** How the bytes are asked for. */
export type DownloadOptions = { readonly token: string; readonly slackApiUrl: string };

/** The answer has to begin within this, in ms: the attempt that waits for it has five seconds in all. */
const headWithinMs = 2_500;
/** And no two pieces may be further apart than this while somebody wants them. */
const pieceWithinMs = 30_000;
const maxRedirects = 3;

/**
 * Begins a download. It follows redirects itself, because the token may go to Slack alone. Rejects where the network
 * fails.
 */
export async function download(info: FileInfo, options: DownloadOptions): Promise<Download> {
  let address = readFileAddress(info.address, options.slackApiUrl);
  for (let redirects = 0; address !== undefined && redirects <= maxRedirects; redirects += 1) {
    const answer = await ask(address, options.token);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.statusCode) || typeof location !== 'string') {
      return judge(answer, info);
    }
    await answer.body.dump();
    address = readFileAddress(location, options.slackApiUrl, address.url);
  }
  return problem({ kind: 'unavailable' });
}

function ask({ url, isTrusted }: FileAddress, token: string): Promise<Dispatcher.ResponseData> {
  return request(url, {
    headers: {
      // The bytes are counted as they come.
      'accept-encoding': 'identity',
      ...(isTrusted ? { authorization: `Bearer ${token}` } : {}),
    },
    headersTimeout: headWithinMs,
    bodyTimeout: pieceWithinMs,
  });
}

async function judge({ statusCode, headers, body }: Dispatcher.ResponseData, info: FileInfo): Promise<Download> {
  const found = problemIn(statusCode, headers, info);
  if (!found) {
    return { kind: 'body', body };
  }
  // A body of which nothing is read keeps its connection.
  body.on('error', () => {}).destroy();
  return problem(found);
}

function problemIn(
  status: number,
  headers: Dispatcher.ResponseData['headers'],
  info: FileInfo,
): SlackFileProblem | undefined {
  if (status === 404 || status === 410) {
    return { kind: 'deleted' };
  }
  if (status === 401 || status === 403) {
    return { kind: 'not-visible' };
  }
  if (status === 429) {
    const wait = headers['retry-after'];
    return { kind: 'unavailable', afterMs: retryAfterMs(typeof wait === 'string' ? wait : undefined) };
  }
  if (status !== 200) {
    return { kind: 'unavailable' };
  }
  // Who may not see a file gets Slack's login page, with 200. Source: slackapi/bolt-js issue 2585.
  if (isPage(headers['content-type']) && !isPage(info.mimetype)) {
    return { kind: 'not-visible' };
  }
  const length = headers['content-length'];
  return length !== undefined && Number(length) !== info.size ? { kind: 'broken' } : undefined;
}

function isPage(type: string | string[] | undefined): boolean {
  return String(type).toLowerCase().startsWith('text/html');
}

function problem(found: SlackFileProblem): Download {
  return { kind: 'problem', problem: found };
}
