/** Why no more of a body is read; the cause of an attempt, for the log. */
type BodyRefusal = 'ANSWER_TOO_LONG' | 'ANSWER_IN_CRUMBS' | 'TOO_MANY_ANSWERS';

/** The body of one answer, as far as it has come. */
export type BodyBuffer = {
  /** Copies a piece, or says why it is not taken: then no more should be read. */
  append(piece: Uint8Array): BodyRefusal | undefined;
  /** What has come so far, as text. Gives the room back, so nothing is taken after it. */
  close(): string;
};

/** Room for the bodies of all answers that are on their way at once. */
export type AnswerRoom = { open(origin: string): BodyBuffer };

/** How much memory answers may take, in bytes. */
export type AnswerRoomLimits = {
  readonly bytesPerAnswer: number;
  /**
   * What each answer may have without asking. Answers to messages are far shorter, so that nobody's is ever lost for
   * want of room.
   */
  readonly freeBytes: number;
  /** Beyond the free ones: of all answers together, and of those of one origin. */
  readonly sharedBytes: number;
  readonly sharedBytesPerOrigin: number;
  /** Pieces of one answer. The parser reports every chunk, and a chunk can be one byte. */
  readonly pieces: number;
};

const kibi = 1_024;

/** 4,096 requests may be on their way, so that the worst case is 64 MiB free and 32 MiB shared. */
const standardLimits: AnswerRoomLimits = {
  bytesPerAnswer: kibi * kibi,
  freeBytes: 16 * kibi,
  sharedBytes: 32 * kibi * kibi,
  sharedBytesPerOrigin: 8 * kibi * kibi,
  pieces: 65_536,
};

/**
 * Creates the room. Each body is one buffer that grows: a piece that were kept as it comes would keep its whole network
 * buffer, and some hundred bytes of its own for each byte of a portal that answers in chunks of one.
 */
export function createAnswerRoom(limits: AnswerRoomLimits = standardLimits): AnswerRoom {
  const shared = createShares(limits);
  return {
    open(origin) {
      let buffer = Buffer.alloc(0);
      let length = 0;
      let pieces = 0;
      return {
        append(piece) {
          const needed = length + piece.byteLength;
          pieces += 1;
          if (needed > limits.bytesPerAnswer) {
            return 'ANSWER_TOO_LONG';
          }
          if (pieces > limits.pieces) {
            return 'ANSWER_IN_CRUMBS';
          }
          if (needed > buffer.byteLength && !grow(needed)) {
            return 'TOO_MANY_ANSWERS';
          }
          buffer.set(piece, length);
          length = needed;
          return undefined;
        },
        close() {
          const text = new TextDecoder().decode(buffer.subarray(0, length));
          shared.give(origin, beyondFree(buffer.byteLength));
          buffer = Buffer.alloc(0);
          length = 0;
          return text;
        },
      };

      function grow(needed: number): boolean {
        const size = Math.min(Math.max(needed, 2 * buffer.byteLength, kibi), limits.bytesPerAnswer);
        if (!shared.take(origin, beyondFree(size) - beyondFree(buffer.byteLength))) {
          return false;
        }
        const larger = Buffer.allocUnsafeSlow(size);
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
        return true;
      }
    },
  };

  function beyondFree(bytes: number): number {
    return Math.max(0, bytes - limits.freeBytes);
  }
}

/** Counts what is taken of the shared bytes, by all and by each origin, so that one portal cannot take them all. */
function createShares({ sharedBytes, sharedBytesPerOrigin }: AnswerRoomLimits) {
  const byOrigin = new Map<string, number>();
  let all = 0;
  return {
    take(origin: string, bytes: number): boolean {
      const own = byOrigin.get(origin) ?? 0;
      if (all + bytes > sharedBytes || own + bytes > sharedBytesPerOrigin) {
        return bytes === 0;
      }
      note(origin, own + bytes);
      all += bytes;
      return true;
    },
    give(origin: string, bytes: number): void {
      note(origin, (byOrigin.get(origin) ?? 0) - bytes);
      all -= bytes;
    },
  };

  function note(origin: string, bytes: number): void {
    if (bytes > 0) {
      byOrigin.set(origin, bytes);
    } else {
      byOrigin.delete(origin);
    }
  }
}
