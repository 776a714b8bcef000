import type { Line } from './bitrix-line.ts';
import { joiner } from './invisible.ts';

/**
 * Lines of quotes without empty ones at the edges of a quote and next to a rule. Between two lines of text an empty one
 * stays as it was in Slack, with a character that nobody sees, so that the mark has something to stand before.
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

/** The bullet of an item without words is something that a reader saw in Slack. */
function isEmpty({ prefix, nextPrefix, runs }: Line): boolean {
  return prefix.trim() === nextPrefix.trim() && runs.every(({ text }) => text.trim() === '');
}

/** A line of a quote that is no rule. */
function isText(line: Line | undefined): boolean {
  return line?.quoted === true && (line.runs.some(({ kind }) => kind !== 'mark') || line.runs.length === 0);
}
