import { splitAtAddresses } from './bare-addresses.ts';
import { type Code, inlineCode, type Line, linkCode, type Run } from './bitrix-line.ts';
import { cleanText } from './clean-text.ts';
import { keepBlanks } from './code-blanks.ts';
import { joiner } from './invisible.ts';
import { linkAddress } from './link-address.ts';

/** How the lines of a block begin. */
type Margin = {
  /** Depth of quotes that the block is in. */
  readonly quotes: number;
  /** The prefix of the first line: a bullet or a number. */
  readonly first: string;
  /** The prefix of the following lines: blanks. */
  readonly rest: string;
};

/** Collects lines. All text is cleaned; that typed text cannot become a code is left to `guardLines`. */
export type LineWriter = {
  /** Starts a block on a new line. Text can only come after it. */
  beginBlock(margin: Margin): void;
  /** Starts a block whose lines are inside one `[code]`. */
  beginFence(): void;
  /** Typed text; its line breaks start new lines within the block, and the addresses in it become links. */
  text(text: string, codes: readonly Code[]): void;
  /** Typed text that holds no links, such as the name of a channel. */
  plain(text: string, codes: readonly Code[]): void;
  /** Code within a line. */
  code(text: string, codes: readonly Code[]): void;
  /** A link to an address that is safe to write; its label is typed text. */
  link(address: string, label: string, codes: readonly Code[]): void;
  /** Text that stays in one piece, such as a name. */
  word(text: string, codes: readonly Code[]): void;
  /** Text of the app's own: a code that stands alone, such as a date, or a separator. */
  mark(mark: string, codes: readonly Code[]): void;
  /** All lines so far. */
  lines(): readonly Line[];
};

/** A writer for one text. */
export function createLineWriter(): LineWriter {
  const lines: Line[] = [];
  let runs: Run[] = [];
  let margin = plainMargin;
  let markers = '';
  let fence: number | undefined;
  let fences = 0;

  function startLine(before: string, startsParagraph: boolean): void {
    runs = [];
    const prefix = markers + before;
    lines.push({ prefix, nextPrefix: markers + margin.rest, quoted: margin.quotes > 0, runs, fence, startsParagraph });
  }

  function writeLines(text: string, write: (line: string) => void): void {
    cleanText(text)
      .split('\n')
      .forEach((line, at) => {
        if (at > 0) {
          startLine(margin.rest, runs.length === 0);
        }
        if (line !== '') {
          write(line);
        }
      });
  }

  return {
    beginBlock(next) {
      margin = next;
      markers = next.quotes > 0 ? quoteMark + nestedMark.repeat(Math.min(next.quotes, maxQuoteDepth) - 1) : '';
      fence = undefined;
      startLine(margin.first, true);
    },
    beginFence() {
      margin = plainMargin;
      markers = '';
      fences += 1;
      fence = fences;
      startLine('', true);
    },
    text(text, codes) {
      writeLines(text, (line) => {
        runs.push(...(fence === undefined ? textRuns(line, codes) : plainRuns(keepBlanks(line), codes)));
      });
    },
    plain(text, codes) {
      writeLines(text, (line) => runs.push({ kind: 'text', text: line, codes }));
    },
    code(text, codes) {
      writeLines(text, (line) => {
        runs.push(codeRun(line, codes));
      });
    },
    link(address, label, codes) {
      writeLines(label, (line) => {
        // The portal trims labels, so blanks around a label stand outside of the link.
        const [, before = '', shown = '', after = ''] = /^(\s*)(.*?)(\s*)$/.exec(line) ?? [];
        const link = shown === '' ? [] : [linkRun(address, shown, codes)];
        runs.push(...plainRuns(before, codes), ...link, ...plainRuns(after, codes));
      });
    },
    word(text, codes) {
      runs.push({ kind: 'word', text, codes });
    },
    mark(mark, codes) {
      runs.push({ kind: 'mark', text: mark, codes });
    },
    lines: () => lines,
  };
}

function plainRuns(text: string, codes: readonly Code[]): readonly Run[] {
  return text === '' ? [] : [{ kind: 'text', text, codes }];
}

/** Typed text; the addresses in it are links. */
function textRuns(line: string, codes: readonly Code[]): readonly Run[] {
  return splitAtAddresses(line).map(({ text, address }): Run => {
    const target = address === undefined ? undefined : linkAddress(address);
    return target === undefined ? { kind: 'text', text, codes } : linkRun(target, text, codes);
  });
}

function linkRun(address: string, label: string, codes: readonly Code[]): Run {
  const text = isCutAtEnd(address, label) ? label + joiner : label;
  return { kind: 'word', text, codes: [...codes, linkCode(address, text)], as: 'label' };
}

function codeRun(line: string, codes: readonly Code[]): Run {
  if (line.trim() === '') {
    return { kind: 'text', text: line, codes };
  }
  const longest = Array.from(line.matchAll(/`+/g)).reduce((most, [ticks]) => Math.max(most, ticks.length), 0);
  const text = line.startsWith('`') || line.endsWith('`') ? ` ${line} ` : line;
  return { kind: 'text', text, codes: [...codes, inlineCode(longest)], as: 'inline code' };
}

/**
 * Where an address is its own label, the portal leaves a punctuation mark at its end out of the link:
 * main/classes/general/textparser.php, convert_anchor_tag.
 */
function isCutAtEnd(address: string, label: string): boolean {
  return address === label && /[.,?!;]$/.test(label);
}

const plainMargin: Margin = { quotes: 0, first: '', rest: '' };

/** Deeper quotes are drawn at this depth, so that markers leave room for text. */
const maxQuoteDepth = 8;

const quoteMark = '>>';

/** `>>` nests on the web from im 26.900 on and nowhere else; a bar of our own is one everywhere. */
const nestedMark = '│ ';
