import type { PortalFailure } from '../domain/failure.ts';
import type { FileProblem, SlackFileProblem } from '../domain/file-problem.ts';
import type { FileReference } from '../domain/file-reference.ts';
import type { Credential } from '../domain/identity.ts';
import type { TaskId } from '../domain/portal.ts';

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

/** One attempt to put a file into a task's chat. */
export type UploadAttempt = {
  readonly credential: Credential;
  readonly task: TaskId;
  /** The part it is: `<delivery id>.<part>`, for the log. The portal knows no key here. */
  readonly key: string;
  /** Is closed when the attempt is over. */
  readonly file: OpenFile;
  /** If the request has not begun to leave by then, the attempt is given up. */
  readonly leaveWithinMs: number;
};

/**
 * The result of one attempt. `failed` is what it is for texts: `left` says whether a whole request can have reached the
 * portal. `refused`: it is surely not in the chat, and for this reason.
 */
export type UploadResult =
  | { readonly kind: 'delivered'; readonly messageId: string }
  | { readonly kind: 'refused'; readonly problem: FileProblem }
  | {
      readonly kind: 'failed';
      readonly failure: PortalFailure;
      readonly left: boolean;
      /** How long ago the request began to leave. */
      readonly sinceLeftMs: number;
    };

/** Carries one file to its portal: exactly one attempt, never a retry of its own. */
export type FileUploader = {
  upload(attempt: UploadAttempt): Promise<UploadResult>;
};
