import type { PlaceWords } from './message-words.ts';

/** A text that somebody wrote, in the notation of neither platform. */
export type Document = {
  readonly blocks: readonly Block[];
};

/** A block of a document. */
export type Block = Paragraph | Heading | Preformatted | Quote | List | Table | Divider;

/** Running text. Line breaks inside it are `\n` in its text runs. */
export type Paragraph = {
  readonly kind: 'paragraph';
  readonly content: readonly Inline[];
};

type Heading = {
  readonly kind: 'heading';
  readonly content: readonly Inline[];
};

/** A block of code or of other text whose every character counts. */
export type Preformatted = {
  readonly kind: 'preformatted';
  readonly content: readonly Inline[];
};

type Quote = {
  readonly kind: 'quote';
  readonly blocks: readonly Block[];
};

/** One run of items of the same depth. A nested list is a following list with a larger `indent`. */
export type List = {
  readonly kind: 'list';
  readonly ordered: boolean;
  /** Depth, 0 for the outermost. */
  readonly indent: number;
  /** Number of the first item of an ordered list. */
  readonly start: number;
  readonly items: readonly (readonly Inline[])[];
};

/** Rows of cells; the first row is the header. */
export type Table = {
  readonly kind: 'table';
  readonly rows: readonly (readonly (readonly Inline[])[])[];
};

type Divider = {
  readonly kind: 'divider';
};

/** A piece of text within a block. */
export type Inline =
  | Text
  | Link
  | UserMention
  | ChannelMention
  | GroupMention
  | WorkspaceMention
  | Broadcast
  | Emoji
  | Moment;

/** How a piece of text is shown. */
export type Style = {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly strike?: boolean;
  readonly code?: boolean;
};

type Styled = {
  readonly style?: Style;
};

/** A run of text in one style. */
export interface Text extends Styled {
  readonly kind: 'text';
  readonly text: string;
}

/** A link as its writer made it. The address is not checked. */
export interface Link extends Styled {
  readonly kind: 'link';
  readonly address: string;
  /** The text that is shown instead of the address. */
  readonly label?: string;
}

/** Somebody of Slack, by id. */
export interface UserMention extends Styled {
  readonly kind: 'user';
  readonly id: string;
  readonly label?: string;
  /** Without notice to the person: `quiet` with the sign of a mention, `name` without it. Else it is a mention. */
  readonly as?: 'quiet' | 'name';
}

/** A channel of Slack, by id. */
export interface ChannelMention extends Styled {
  readonly kind: 'channel';
  readonly id: string;
  readonly label?: string;
}

interface GroupMention extends Styled {
  readonly kind: 'group';
  readonly id: string;
  readonly label?: string;
}

interface WorkspaceMention extends Styled {
  readonly kind: 'workspace';
  readonly id: string;
}

/** A call to everybody in a channel, as a word: `here`, `channel`, `everyone`. */
interface Broadcast extends Styled {
  readonly kind: 'broadcast';
  readonly range: string;
}

/** An emoji. Without `unicode` it is a picture that only the workspace knows by its name. */
interface Emoji extends Styled {
  readonly kind: 'emoji';
  readonly name: string;
  readonly unicode?: string;
}

/** A point in time, which every reader sees in a zone and a notation of their own. */
export interface Moment extends Styled {
  readonly kind: 'moment';
  readonly epochSeconds: number;
  readonly pattern: readonly MomentPart[];
  /** For readers that cannot show the pattern. */
  readonly fallback: string;
  readonly address?: string;
}

/** A part of a formatted date. */
export type MomentPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'field'; readonly field: MomentField };

/** `numeric` 18/02/2014, `short` Feb 18, 2014, `long` February 18, 2014, `full` with the day of the week. */
export type MomentField = 'date-numeric' | 'date-short' | 'date-long' | 'date-full' | 'time' | 'time-seconds';

/** A part of a message that could not be carried over. The locales word it. */
export type Loss =
  /** Pictures that only the workspace has; they stay as `:name:`. */
  | { readonly kind: 'custom-emoji'; readonly names: readonly string[] }
  /** Files that are named and linked, but not carried. */
  | { readonly kind: 'files'; readonly names: readonly string[] }
  /** Links that became plain text, because of their scheme or their length. */
  | { readonly kind: 'links'; readonly addresses: readonly string[] }
  /** Parts of the message of which only the readable text is left, by Slack's names of their types. */
  | { readonly kind: 'unsupported'; readonly types: readonly string[] }
  /** Parts of the message that Slack shows but did not send, in the sender's words. */
  | { readonly kind: 'missing'; readonly parts: readonly string[] }
  /** Text that was left out, because it was nested too deeply. */
  | { readonly kind: 'cut' };

/** The ids that a document mentions, each once, so that their names can be looked up together. */
export type References = {
  readonly users: readonly string[];
  readonly channels: readonly string[];
  readonly groups: readonly string[];
};

/** Names of the mentioned ids in Bitrix24. An id without an entry keeps the label that Slack sent, else the id. */
export type Names = {
  readonly users: ReadonlyMap<string, UserName>;
  readonly channels: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
  /** What stands for a conversation that is neither here nor labelled; without it, its id. */
  readonly places?: PlaceWords;
};

/** `linked`: the person has an account on the portal that the text goes to, and is mentioned there. */
export type UserName =
  | { readonly kind: 'linked'; readonly bitrixUserId: string; readonly name: string }
  | { readonly kind: 'named'; readonly name: string };
