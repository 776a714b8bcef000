import { type Dispatcher, getGlobalDispatcher } from 'undici';

/** What a post is answered with. */
export type PostAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

/**
 * Posts JSON over undici's global dispatcher. `silenceMs`: how long the head of the answer may take, and each pause in
 * its body. Rejects with undici's error. undici's `request` makes a stream and a signal for each answer, which takes a
 * quarter more of the processor than the post itself: every message ends with one.
 */
export function postJson(address: URL, body: string, silenceMs: number): Promise<PostAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PostAnswer>();
  let head: Omit<PostAnswer, 'text'> = { status: 0, headers: {} };
  const chunks: Buffer[] = [];
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart(_controller, status, headers) {
      head = { status, headers };
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd: () => resolve({ ...head, text: Buffer.concat(chunks).toString() }),
    onResponseError: (_controller, error) => reject(error),
  };
  getGlobalDispatcher().dispatch(
    {
      origin: address.origin,
      path: `${address.pathname}${address.search}`,
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
    },
    handler,
  );
  return promise;
}
