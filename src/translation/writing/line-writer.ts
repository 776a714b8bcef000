import { type Code, type Line, linkCode, type Run } from './bitrix-line.ts';
import { cleanText } from './clean-text.ts';
import { createGuard } from './guard-text.ts';

/** How the lines of a block begin. */
type Margin = {
  /** Depth of quotes that the block is in. */
  readonly quotes: number;
  /** The prefix of the text on the first line (a bullet, a number), and on the following ones (blanks). */
  readonly first: string;
  readonly rest: string;
};

/** Collects lines. Whatever text it is given is cleaned and protected, so that none of it becomes a code. */
export type LineWriter = {
  /** Starts a block on a new line. Text can only come after it. */
  beginBlock(margin: Margin): void;
  /** Starts a block whose lines are inside one `[code]`. */
  beginFence(): void;
  /** Typed text; its line breaks start new lines within the block. */
  text(text: string, codes: readonly Code[]): void;
  /** A link to an address that is safe to write; its label is typed text. */
  link(address: string, label: string, codes: readonly Code[]): void;
  /** Text that stays in one piece, such as a name. */
  word(text: string, codes: readonly Code[]): void;
  /** Text of ours: a code that stands alone, such as a date, or a separator. */
  mark(mark: string, codes: readonly Code[]): void;
  lines(): readonly Line[];
};

/** A writer for one text: what a code is depends on all that was written before. */
export function createLineWriter(): LineWriter {
  const guard = createGuard();
  const lines: Line[] = [];
  let runs: Run[] = [];
  let margin = plainMargin;
  let markers = '';
  let fence: number | undefined;
  let fences = 0;

  function startLine(before: string, startsParagraph: boolean): void {
    runs = [];
    const quoted = margin.quotes > 0;
    guard.startLine(quoted);
    const prefix = markers + guard.protect(before);
    lines.push({ prefix, nextPrefix: markers + margin.rest, quoted, runs, fence, startsParagraph });
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
      markers = '>>'.repeat(Math.min(next.quotes, maxQuoteDepth));
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
      writeLines(text, (line) => runs.push({ kind: 'text', text: guard.protect(line), codes }));
    },
    link(address, label, codes) {
      writeLines(label, (line) => {
        const text = guard.protect(line);
        runs.push({ kind: 'word', text, codes: [...codes, linkCode(address, text)] });
      });
    },
    word(text, codes) {
      runs.push({ kind: 'word', text: guard.protect(text), codes });
    },
    mark(mark, codes) {
      guard.passVisible();
      runs.push({ kind: 'mark', text: mark, codes });
    },
    lines: () => lines,
  };
}

const plainMargin: Margin = { quotes: 0, first: '', rest: '' };

/** Quotes in deeper quotes are drawn no deeper, so that markers do not eat up the room for text. */
const maxQuoteDepth = 8;
