/**
 * Slack's `rich_text` block, as far as the app writes it. What comes from Slack may hold more and is read field by
 * field. docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export type RichText = {
  type: 'rich_text';
  elements: RichTextContainer[];
};

/** A block of a rich text. `border` draws the bar of a quote beside it. */
export type RichTextContainer =
  | { type: 'rich_text_section'; elements: RichInline[] }
  | { type: 'rich_text_quote'; elements: RichInline[] }
  | { type: 'rich_text_preformatted'; elements: RichTextRun[]; border?: 1 }
  | {
      type: 'rich_text_list';
      style: 'bullet' | 'ordered';
      elements: { type: 'rich_text_section'; elements: RichInline[] }[];
      /** Depth; absent for the outermost. */
      indent?: number;
      /** How many numbers are left out at the start. */
      offset?: number;
      border?: 1;
    };

/** Only what is true stands in it: Slack's windows refuse `false`. Source: slackapi/java-slack-sdk#1381. */
export type RichTextStyle = { bold?: true; italic?: true; underline?: true; strike?: true; code?: true };

/** A run of text. */
type RichTextRun = { type: 'text'; text: string; style?: RichTextStyle };

/** A piece of text within a block. */
export type RichInline =
  | RichTextRun
  | { type: 'link'; url: string; text?: string; style?: RichTextStyle }
  | { type: 'user'; user_id: string; style?: RichTextStyle }
  | { type: 'channel'; channel_id: string; style?: RichTextStyle }
  | { type: 'usergroup'; usergroup_id: string; style?: RichTextStyle }
  | { type: 'team'; team_id: string; style?: RichTextStyle }
  | { type: 'broadcast'; range: 'here' | 'channel' | 'everyone'; style?: RichTextStyle }
  | { type: 'emoji'; name: string; style?: RichTextStyle }
  | { type: 'date'; timestamp: number; format: string; fallback: string; url?: string; style?: RichTextStyle };
