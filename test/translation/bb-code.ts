/** A code as a reader of Bitrix24 text may see it, in small letters: `b`, `/b`, `url=https://…`, `user=7`. */
type SeenCode = string;

/** What a reader of Bitrix24 takes a text for. */
export type SeenText = {
  readonly codes: readonly SeenCode[];
  /** The text without codes, quote markers and invisible characters. */
  readonly visible: string;
  /** Depth of the quotes, line by line. */
  readonly quotes: readonly number[];
  /** Other things that Bitrix24 acts on: quoted messages, chat commands. */
  readonly others: readonly string[];
};

/**
 * Reads Bitrix24 chat text on its own terms: it shares nothing with the writer and is more easily persuaded than any
 * client. A tag may be unknown, in any case, with blanks or line breaks after its bracket, with any attribute, without an
 * end.
 */
export function seeBbCode(text: string): SeenText {
  const codes: SeenCode[] = [];
  const blocks: string[] = [];
  const withoutBlocks = text.replace(codeBlock, (_, block: string) => {
    blocks.push(block);
    return `[code]${blockMark}[/code]`;
  });
  const lines = withoutCodes(withoutBlocks, codes).split('\n');
  const unquoted = lines.map((line) => line.replace(quoteMarks, ''));
  const quotes = lines.map((line) => Math.floor((/^\s*(>*)/.exec(line)?.[1] ?? '').length / 2));
  const shown = unquoted.join('\n').replaceAll(blockMark, () => blocks.shift() ?? '');
  return { codes, visible: shown.replace(invisible, ''), quotes, others: seeOthers(lines, unquoted) };
}

/** Everything in it is shown as it is, up to the first end that it has. */
const codeBlock = /\[code\](.*?)\[\/code\]/gs;
/** Stands for a block; no text that is sent has control characters. */
const blockMark = '\0';
const quoteMarks = /^[^\S\n]*((?:>>)+)/;

function withoutCodes(text: string, codes: SeenCode[]): string {
  return text.replace(/\[(\s*\/?\s*(?:[a-z]|\*)[^\]]*)\]?/giu, (whole: string, inner: string) => {
    if (/^\[x\]$/i.test(whole)) {
      return whole;
    }
    codes.push(inner.trim().replace(/\s+/g, ' ').toLowerCase());
    // A date is something to see; other codes are not.
    return /^timestamp=/i.test(inner) ? '🕑' : '';
  });
}

/** What a reader sees that throws away all invisible characters but the one that the writer relies on. */
export function seeStripped(text: string): SeenText {
  return seeBbCode(text.replace(/[\p{Default_Ignorable_Code_Point}--[\u2060]]/gv, ''));
}

/** Characters that no reader sees. */
export const invisible = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

function seeOthers(lines: readonly string[], unquoted: readonly string[]): readonly string[] {
  const dashes = unquoted.filter((line) => /^[\s>]*-{5}/.test(line) || line.includes('-'.repeat(54)));
  const commands = lines.filter((line) => /^\s*\/[\p{L}\p{N}_-]+([ \t]|$)/u.test(line));
  const clientCommand = /^\s*\/(me|loud)/i.test(lines.join('\n'));
  return [...dashes.map(() => 'quoted message'), ...[...commands, ...(clientCommand ? [''] : [])].map(() => 'command')];
}
