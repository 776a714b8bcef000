/** A pair of codes around text. Runs that share the same object lie inside the same pair. */
export type Code = {
  readonly open: string;
  readonly close: string;
};

/** Text inside a fixed set of codes, outermost first. */
export type Run = {
  /**
   * `text` was typed; `word` was typed, but should stay in one piece (a name, a link); `mark` is ours and stays as it
   * is.
   */
  readonly kind: 'text' | 'word' | 'mark';
  readonly text: string;
  readonly codes: readonly Code[];
  /** What it is, where it is more than running text. */
  readonly as?: 'label' | 'inline code';
};

/** One line of the text for Bitrix24. No code but `[code]` reaches over its end. */
export type Line = {
  /** Quote markers, indentation, a bullet. */
  readonly prefix: string;
  /** The prefix of what is left when the line has to be cut. */
  readonly nextPrefix: string;
  readonly quoted: boolean;
  readonly runs: readonly Run[];
  /** Lines with the same number are inside the same `[code]`. */
  readonly fence: number | undefined;
  /** Before this line the text may best be parted. */
  readonly startsParagraph: boolean;
};

/**
 * The codes that Bitrix24 documents for chat text: api-reference/chats/messages/formatting.md of its REST
 * documentation.
 */
export const bold: Code = { open: '[b]', close: '[/b]' };
/** Source: as for `bold`. */
export const italic: Code = { open: '[i]', close: '[/i]' };
/** Source: as for `bold`. */
export const underline: Code = { open: '[u]', close: '[/u]' };
/** Source: as for `bold`. */
export const strike: Code = { open: '[s]', close: '[/s]' };
/** A block, in every client: only for preformatted text. */
export const code: Code = { open: '[code]', close: '[/code]' };

/**
 * Code within a line. `[code]` would be a block of its own in every client; those that read Markdown know backticks, in
 * others they are what people type. Longer fences hold text with backticks of its own.
 */
export function inlineCode(longestRun: number): Code {
  const fence = '`'.repeat(Math.min(longestRun + 1, 3));
  return { open: fence, close: fence };
}

/** `[url]` suffices when the address is what is read. `address` must come from {@link linkAddress}. */
export function linkCode(address: string, label: string): Code {
  return { open: label === address ? '[url]' : `[url=${address}]`, close: '[/url]' };
}

/** A mention, which notifies the person. The id must consist of digits. */
export function userCode(bitrixUserId: string): Code {
  return { open: `[USER=${bitrixUserId}]`, close: '[/USER]' };
}

/** The lines as one text, with the code blocks opened and closed. */
export function renderLines(lines: readonly Line[]): string {
  return lines
    .map((line, at) => {
      const opens = line.fence !== undefined && line.fence !== lines[at - 1]?.fence;
      const closes = line.fence !== undefined && line.fence !== lines[at + 1]?.fence;
      return (opens ? code.open : '') + renderLine(line) + (closes ? code.close : '');
    })
    .join('\n');
}

/** The line without the codes of a code block. */
export function renderLine({ prefix, runs }: Line): string {
  let text = prefix;
  let opened: readonly Code[] = [];
  for (const run of runs) {
    text += switchCodes(opened, run.codes) + run.text;
    opened = run.codes;
  }
  return text + switchCodes(opened, []);
}

/** The codes to close and open between two runs. */
export function switchCodes(from: readonly Code[], to: readonly Code[]): string {
  if (from === to || (from.length === 0 && to.length === 0)) {
    return '';
  }
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) {
    shared += 1;
  }
  const closing = from.slice(shared).reverse();
  return (
    closing.map((pair) => pair.close).join('') +
    to
      .slice(shared)
      .map((pair) => pair.open)
      .join('')
  );
}
