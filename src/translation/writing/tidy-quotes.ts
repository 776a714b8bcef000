import type { Line } from './bitrix-line.ts';
import { joiner } from './invisible.ts';

/**
 * Removes empty lines at the edges of quotes and next to rules. An empty line between two lines of text stays, with an
 * invisible character in it so that the quote marker stands before something.
 */
export function tidyQuotes(lines: readonly Line[]): readonly Line[] {
  const tidied: Line[] = [];
  let waiting: Line[] = [];
  for (const line of lines) {
    if (line.quoted && isEmpty(line)) {
      waiting.push(line);
      continue;
    }
    const last = tidied.at(-1);
    if (isText(last) && isText(line)) {
      tidied.push(...waiting.map(({ prefix, ...rest }) => ({ ...rest, prefix: prefix.trimEnd() + joiner })));
    }
    waiting = [];
    tidied.push(line);
  }
  return tidied;
}

/** A list item without words is not empty: in Slack readers see its bullet. */
function isEmpty({ prefix, nextPrefix, runs }: Line): boolean {
  return prefix.trim() === nextPrefix.trim() && runs.every(({ text }) => text.trim() === '');
}

/** Whether it is a line of a quote and no rule. */
function isText(line: Line | undefined): boolean {
  return line?.quoted === true && (line.runs.some(({ kind }) => kind !== 'mark') || line.runs.length === 0);
}
