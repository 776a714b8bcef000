/** How Slack's clients behave where their builds differ or nothing is documented. */
export type Clients = {
  /**
   * How an empty field of rich text is sent. Undocumented: the types of @slack/bolt know a value that is
   * not there, and a text that was deleted again leaves a block without text.
   */
  readonly emptyRichText: 'absent' | 'null' | 'no text';
  /**
   * Whether a mention that a field began with is sent under a key that the server refuses ("We had some trouble
   * connecting") until something is typed into the field. Source: slackapi/bolt-js#2138 and #2266 (2024),
   * slackapi/bolt-python#1003 (2023); whether it still is so is not known.
   */
  readonly refusesUntouchedMentions: boolean;
};

/** Clients without the faults of known builds. */
export const usualClients: Clients = { emptyRichText: 'absent', refusesUntouchedMentions: false };
