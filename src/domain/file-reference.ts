/** A file in Slack, as a message or a form names it. It holds no address and no byte. */
export type FileReference = {
  /** Slack's id of it. */
  readonly id: string;
  /** The workspace whose installation of the app reads it, and its organisation. */
  readonly team: string;
  readonly enterprise?: string;
  /** For people; empty where Slack has not told it. */
  readonly name: string;
  /** In bytes, as Slack told it. */
  readonly size?: number;
  readonly mimetype?: string;
};

/**
 * The biggest file that a portal takes, in bytes. Bitrix24 compares the length of the base64 text with 4/3 of 100 MiB,
 * and base64 is rounded up to fours: this is the most that stays within. Source: im.v2.File.upload, `FILE_TOO_LARGE`.
 */
export const maxFileBytes = Math.floor((100 * 1024 * 1024) / 3) * 3;
