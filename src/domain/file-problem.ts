/** Why a file was not taken along. Nothing of it is in the chat. */
export type FileProblem = SlackFileProblem | PortalFileProblem;

/** On Slack's side. */
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

/** On the portal's side: it answered so, and took nothing. */
export type PortalFileProblem =
  /** Bigger than that portal takes, or than a server in front of it does. */
  | { readonly kind: 'portal-too-large' }
  /** The chat has no folder for files, or the person may not put any there. */
  | { readonly kind: 'no-folder' }
  /** The portal could not keep it, or could not post it: its own words are in the log. */
  | { readonly kind: 'not-kept' }
  /** The task has no chat, or the person may not write in it. */
  | { readonly kind: 'chat-closed' }
  /** The portal does not know the method: im 26.250 and newer have it. */
  | { readonly kind: 'portal-too-old' }
  /** The person's connection lacks the permission `im`. */
  | { readonly kind: 'no-im' };
