import type { CertificateProblem } from '../domain/failure.ts';

declare const safe: unique symbol;

/**
 * Text that is safe where it is shown: escaped for Slack's mrkdwn, or meant for a place that shows text as it is. Texts
 * take what people and portals wrote only in this form, so that nobody can slip `<!channel>` into a reply.
 */
export type SafeText = string & { readonly [safe]: true };

/** Marks `text` as safe. Guarantee: only the functions of an edge that escape for their place call it. */
export function markSafe(text: string): SafeText {
  return text as SafeText;
}

/**
 * A task in a text: `link` makes a link to it with the given words, where its address is known. `title` is there where the
 * reader is known to be allowed to read it.
 */
export type ShownTask = { readonly number: number; readonly title?: SafeText; link(words: string): string };

/** How much of a message went out: `delivered` of its `parts`. */
export type ShownParts = { readonly delivered: number; readonly parts: number };

/** Names of what was lost; `more` were left out of the list. */
export type ShownLoss = { readonly names: readonly SafeText[]; readonly more: number };

/** What a text about a portal failure may name. `until` is a point in time. */
export type FailureFacts = {
  readonly portal: SafeText;
  readonly task?: number;
  readonly field?: SafeText;
  readonly code?: SafeText;
  readonly status?: number;
  readonly certificate?: CertificateProblem;
  readonly scopes?: readonly SafeText[];
  readonly movedTo?: SafeText;
  readonly until?: SafeText;
};
