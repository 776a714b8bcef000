import { Secret } from '../domain/secret.ts';

/** Text whose middle is made while it leaves, so that no more of it than a piece is ever in memory. */
export type StreamedBody = {
  /** Secret because it can hold a token. */
  readonly head: Secret;
  /** ASCII. */
  readonly middle: AsyncIterable<Uint8Array>;
  readonly middleLength: number;
  readonly tail: Secret;
};

/** What of a body has been taken to be sent. */
export type BodyProgress = {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Whether all of it was. */
  isWhole(): boolean;
};

/** The same text with one word in it, `slot`, replaced by what is streamed. */
export function streamInto(
  text: string,
  slot: string,
  middle: AsyncIterable<Uint8Array>,
  length: number,
): StreamedBody {
  const [head = '', tail = ''] = text.split(slot);
  return { head: new Secret(head), middle, middleLength: length, tail: new Secret(tail) };
}

/** How many bytes it has. */
export function lengthOf({ head, middleLength, tail }: StreamedBody): number {
  return Buffer.byteLength(head.reveal()) + middleLength + Buffer.byteLength(tail.reveal());
}

/** The pieces of a body. `onPiece` hears of each before it is handed on. */
export function sendingOf(body: StreamedBody, onPiece: () => void): BodyProgress {
  let isWhole = false;
  return { pieces: pieces(), isWhole: () => isWhole };

  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(body.head.reveal());
    for await (const piece of body.middle) {
      onPiece();
      yield piece;
    }
    isWhole = true;
    yield Buffer.from(body.tail.reveal());
  }
}
