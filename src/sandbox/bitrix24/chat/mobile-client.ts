import { actionRules, clientRules, drawCode, drawSmileys } from './client-rules.ts';
import { createShelf, type Piece, withoutMarks } from './pieces.ts';
import { drawArrowQuotes, drawMessageQuotes } from './quotes.ts';

/**
 * What the mobile client draws for a text that the portal has served: im/messenger/lib/parser/parser.js, 2026. Dates,
 * mentions and actions come before code, so that they are alive inside of it; quotes come after it and never nest.
 */
export function drawOnMobile(read: string): readonly Piece[] {
  const shelf = createShelf();
  let text = withoutMarks(read).replace(/\[br\]/gi, '\n');
  text = drawSmileys(text, shelf);
  for (const rule of [...clientRules, ...actionRules]) {
    if (rule.mobile === 'also inside of code') {
      text = drawCode(text, rule, shelf, false);
    }
  }
  text = text.replace(
    /\n?\[code\](.*?)\[\/code\]?\n?/gis,
    (_whole, code: string) => `\n${shelf.hide('code', code.replace(/^\n\s*|\n\s*$/, ''))}\n`,
  );
  text = drawMessageQuotes(drawArrowQuotes(text, shelf, false), shelf, 'mobile');
  for (const rule of clientRules) {
    if (rule.mobile === 'as the web') {
      text = drawCode(text, rule, shelf, false);
    }
  }
  return shelf.unfold(text.replace(/\n?(\ufdda\d+\ufddb)\n?/g, '$1'));
}
