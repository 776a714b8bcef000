import type { ReplyRoute } from './delivery.ts';
import type { Person } from './person.ts';
import type { Secret } from './secret.ts';

/** What came of something that a person did, other than a delivery, and that Slack has not taken yet. */
export type OwedAnswer = {
  readonly person: Person;
  readonly route: ReplyRoute;
  /** The message, in Slack's form. */
  readonly said: unknown;
  /** The response URL of the message whose place it takes. */
  readonly replaces?: Secret;
  /** When the person did it, epoch ms. */
  readonly actedAt: number;
  /** How often it was told in vain. */
  readonly tries: number;
  /** When it is to be told again, epoch ms. */
  readonly dueAt: number;
};

/** One that is kept: nothing else of it is known before it is taken. */
export type KeptAnswer = { readonly id: string; readonly dueAt: number };

/** How long an answer is owed: who did something an hour ago looks for themselves what came of it. */
export const owedForMs = 60 * 60_000;

/** Keeps answers over restarts, encrypted, for `owedForMs`. Every operation rejects when the storage fails. */
export type OwedAnswers = {
  keep(answer: OwedAnswer): Promise<KeptAnswer>;
  /** Reads and deletes at once: of several callers, also in several processes, one gets it. */
  take(id: string): Promise<OwedAnswer | undefined>;
  list(): Promise<readonly KeptAnswer[]>;
};
