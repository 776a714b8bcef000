/** Why Slack does not give the bytes of a file. */
export type SlackFileProblem =
  /** Bigger than `most` bytes. */
  | { readonly kind: 'too-large'; readonly most: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'deleted' }
  /** Slack does not show it to the app, which is not where the file is shared. */
  | { readonly kind: 'not-visible' }
  /** The app was not given `files:read`. */
  | { readonly kind: 'missing-scope' }
  /** Its bytes are not in Slack. */
  | { readonly kind: 'external' }
  /** A canvas or a list: it has no bytes of its own. */
  | { readonly kind: 'document' }
  /** Older than what the workspace's plan shows. */
  | { readonly kind: 'hidden' }
  /** Slack gave other bytes than it had told of. */
  | { readonly kind: 'broken' }
  /** Slack could not be asked, or did not give all of it: the same may work later, not before `afterMs`. */
  | { readonly kind: 'unavailable'; readonly afterMs?: number };
