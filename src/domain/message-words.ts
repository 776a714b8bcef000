/**
 * Words that stand in a message for what Slack shows without any text of its own. They go into Bitrix24 in the sender's
 * language.
 */
export type MessageWords = {
  /** A file of which Slack sent no name. */
  readonly file: string;
  /** A canvas of which Slack sent no title. */
  readonly canvas: string;
  /** A list, or a record of one, of which Slack sent no title. */
  readonly list: string;
  readonly deletedFile: string;
  /** A file beyond what the plan of the workspace keeps. */
  readonly hiddenFile: string;
  /** A file that Slack does not show to apps. */
  readonly unseenFile: string;
  readonly huddle: string;
  readonly call: string;
  /** The label of the link to a call. */
  readonly join: string;
  /** Stands before the sender of a mail. */
  readonly from: string;
  /** What to tell when Slack sent a forwarded message without its text. */
  readonly forwardedText: string;
  /** What to tell when Slack sent no link to a call. */
  readonly callLink: string;
  readonly places: PlaceWords;
  /** An app of which not even the name is known. */
  readonly app: string;
  /** A message that a person posted through an app: stands between the two names. */
  readonly via: string;
  /** Stands at an answer in a thread that was shown in the channel as well. */
  readonly alsoToChannel: string;
  /** Stands for so many posts of a thread that are left out. */
  readonly postsLeftOut: (count: number) => string;
};

/** What stands for a conversation whose name is not known, or not meant for everybody. */
export type PlaceWords = {
  readonly channel: string;
  readonly privateChannel: string;
  readonly directMessage: string;
  readonly groupMessage: string;
};

/** A conversation whose name is not for everybody. */
export type PrivatePlace = Exclude<keyof PlaceWords, 'channel'>;
