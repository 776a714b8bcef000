import { FileReadError, type FileSource, type OpenFile } from '../../delivery/files.ts';
import type { Clock } from '../../domain/clock.ts';

/**
 * Is told of every file that was to be read from Slack, once: what came of it (`read`; `left`, where it was not wanted to
 * its end; or the kind of problem), how many bytes came, and how long it took from the question about it to its end.
 */
export type FileObserver = (outcome: string, bytes: number, tookMs: number) => void;

/** The same files, each of them told to `observe`. */
export function createObservedFiles(
  source: FileSource,
  clock: Pick<Clock, 'monotonic'>,
  observe: FileObserver,
): FileSource {
  return {
    async open(reference) {
      const begunAt = clock.monotonic();
      const opened = await source.open(reference);
      if (opened.kind === 'problem') {
        observe(opened.problem.kind, 0, clock.monotonic() - begunAt);
        return opened;
      }
      const end: End = (outcome, bytes) => observe(outcome, bytes, clock.monotonic() - begunAt);
      return { kind: 'open', file: observed(opened.file, end) };
    },
  };
}

type End = (outcome: string, bytes: number) => void;

function observed(file: OpenFile, end: End): OpenFile {
  let bytes = 0;
  let hasEnded = false;
  const endOnce = (outcome: string) => {
    if (!hasEnded) {
      hasEnded = true;
      end(outcome, bytes);
    }
  };
  return {
    ...file,
    content: counted(),
    close() {
      endOnce('left');
      file.close();
    },
  };

  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of file.content) {
        bytes += piece.byteLength;
        yield piece;
      }
      endOnce('read');
    } catch (error) {
      endOnce(error instanceof FileReadError ? error.problem.kind : 'unavailable');
      throw error;
    }
  }
}
