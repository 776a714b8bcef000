import { actionRules, clientRules, drawCode, drawSmileys } from './client-rules.ts';
import { fromMarkdown } from './markdown.ts';
import { createShelf, type Piece, type Shelf, withoutMarks } from './pieces.ts';
import { drawArrowQuotes, drawMessageQuotes } from './quotes.ts';

/** What the web client can do: before 26.900 quotes do not nest; later builds may read Markdown, by a feature flag. */
export type WebBuild = 'im 26.800' | 'im 26.900' | 'im 26.900 with Markdown';

/** The builds in the order of their age. */
export const webBuilds: readonly WebBuild[] = ['im 26.800', 'im 26.900', 'im 26.900 with Markdown'];

/**
 * What the web client draws for a text that the portal has served: decoder.js of
 * im/install/js/im/v2/lib/parser/src/decoder, 26.900. The order of its steps is what decides.
 */
export function drawOnWeb(read: string, build: WebBuild): readonly Piece[] {
  const shelf = createShelf();
  const plain = withoutMarks(read);
  const typed = build === 'im 26.900 with Markdown' ? fromMarkdown(plain, shelf) : plain;
  const lines = keepBlanks(typed.trim().replace(/\[br\]/gi, '\n'));
  const actions: string[] = [];
  const shelved = cutCode(cutActions(lines, actions), shelf, actions);
  let text = drawSlash(drawSmileys(shelved, shelf), shelf);
  for (const rule of clientRules) {
    text = drawCode(text, rule, shelf, true);
  }
  text = drawMessageQuotes(drawArrowQuotes(text, shelf, build !== 'im 26.800'), shelf, 'web');
  text = text.replace(/\ufdd2(\d+)\ufdd3/g, (_whole, at: string) => actions[Number(at)] ?? '');
  for (const rule of actionRules) {
    text = drawCode(text, rule, shelf, true);
  }
  return shelf.unfold(collapse(text).replace(/(\ufdda\d+\ufddb)\n/g, '$1'));
}

/** Four blanks, and a tab, are four blanks that stay; HTML makes one of what else stands together. */
function keepBlanks(text: string): string {
  return text.replace(/ {4}|\t/g, '\u00a0'.repeat(4));
}

/** `[put]` and `[send]` are set aside before code is looked for, and come back into it as text. */
function cutActions(text: string, actions: string[]): string {
  return text.replace(
    /\[(put|send)(?:=.+?)?\](?:.+?)?\[\/\1\]/gis,
    (whole) => `\ufdd2${actions.push(whole) - 1}\ufdd3`,
  );
}

/** Inside of code only its end counts; one line break next to each mark belongs to the mark. */
function cutCode(text: string, shelf: Shelf, actions: readonly string[]): string {
  return text.replace(/\[code\]\n?(.*?)\[\/code\]/gis, (_whole, code: string) => {
    const typed = code.replace(/\ufdd2(\d+)\ufdd3/g, (_action, at: string) => actions[Number(at)] ?? '');
    return shelf.hide('code', collapse(typed.replace(/\n$/, '')));
  });
}

/** `/me` and `/loud` at the start of the message are swallowed with what follows them: slash-command.js. */
function drawSlash(text: string, shelf: Shelf): string {
  if (text.startsWith('/me')) {
    return shelf.wrap('italic', '/me', text.slice(4));
  }
  return text.startsWith('/loud') ? shelf.wrap('size', '/loud', text.slice(6)) : text;
}

/** HTML without `white-space: pre`. */
function collapse(text: string): string {
  return text
    .replace(/[ \f]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/^ | $/g, '');
}
