import type { SlackFileProblem } from '../domain/file-problem.ts';
import type { FileReference } from '../domain/file-reference.ts';

/** A file that is about to be read, once. */
export type OpenFile = {
  readonly name: string;
  /** How many bytes `content` gives, or it fails. */
  readonly size: number;
  /** Comes as fast as it is taken. Rejects with `FileReadError` where Slack does not give all of it. */
  readonly content: AsyncIterable<Uint8Array>;
  /** Ends the download, read or not. Harmless when repeated. */
  close(): void;
};

/** The file could not be read to its end. */
export class FileReadError extends Error {
  override readonly name = 'FileReadError';
  readonly problem: SlackFileProblem;

  constructor(problem: SlackFileProblem) {
    super('the file could not be read');
    this.problem = problem;
  }
}

/** A file, ready to be read; or why it cannot be. */
export type Opened =
  | { readonly kind: 'open'; readonly file: OpenFile }
  | { readonly kind: 'problem'; readonly problem: SlackFileProblem };

/** Where the bytes of files come from: asked afresh each time, and kept nowhere. */
export type FileSource = {
  /** Answers within 5 s. Never rejects for anything that Slack does. */
  open(file: FileReference): Promise<Opened>;
};
