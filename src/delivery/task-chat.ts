import type { PortalFailure } from '../domain/failure.ts';
import type { Credential } from '../domain/identity.ts';
import type { TaskId } from '../domain/portal.ts';
import type { Result } from '../domain/result.ts';
import type { PartContent } from './progress.ts';

/** What somebody wrote in the chat of a task. */
export type ChatMessage = {
  /** Unique within the portal. */
  readonly id: string;
  readonly text: string;
  readonly files: readonly { readonly name: string; readonly size: number }[];
  /** How long before the look it was written, in ms, by the portal's own clock. */
  readonly agoMs: number;
};

/** Which messages are wanted: those of one author, of the last `sinceMs`. */
export type ChatQuery = {
  readonly credential: Credential;
  readonly task: TaskId;
  readonly authorId: string;
  readonly sinceMs: number;
  readonly withinMs: number;
};

/** Reads the chats of tasks, with the rights of whoever asks. */
export type ChatReader = {
  /** `isComplete`: nothing of that author since then is missing. */
  messagesOf(
    query: ChatQuery,
  ): Promise<Result<{ readonly messages: readonly ChatMessage[]; readonly isComplete: boolean }, PortalFailure>>;
};

/**
 * What a look for a part said. `absent`: nothing that can be it is there. `unsure`: it is not seen, but may be among
 * what is there, or beyond what could be read.
 */
export type Seen =
  | { readonly kind: 'found'; readonly message: string }
  | { readonly kind: 'absent' | 'unsure' }
  | { readonly kind: 'failed'; readonly failure: PortalFailure };

/** What else is, or may be, in a chat by the same author, as far as this app has put it there. */
export type Accounted = {
  /** Ids of messages that other parts were found as. */
  readonly messages: ReadonlySet<string>;
  /** Other parts that are not tied to a message. */
  readonly parts: readonly PartContent[];
};
