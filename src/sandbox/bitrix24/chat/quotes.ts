import type { Shelf } from './pieces.ts';

/**
 * Lines that begin with `>>`, at the first column. `nested`: what is left after one mark may be a quote again, which
 * only web builds from 26.900 on see (im/install/js/im/v2/lib/parser/src/functions/quote.js).
 */
export function drawArrowQuotes(text: string, shelf: Shelf, nested: boolean): string {
  const runs: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quoted = line.startsWith('>>');
    const last = runs.at(-1);
    if (last?.quoted === quoted) {
      last.lines.push(quoted ? line.slice(2) : line);
    } else {
      runs.push({ quoted, lines: [quoted ? line.slice(2) : line] });
    }
  }
  return runs
    .map(({ quoted, lines }, at) => {
      const content = lines.join('\n');
      if (quoted) {
        return shelf.wrap(
          'quote',
          '',
          nested && content.includes('>>') ? drawArrowQuotes(content, shelf, nested) : content,
        );
      }
      return at < runs.length - 1 ? `${content}\n` : content;
    })
    .join('');
}

/**
 * What stands between two runs of exactly 54 dashes: the form in which the clients themselves quote a message. The web
 * wants a line break behind the first (quote.js), the mobile client does not (im/messenger/lib/parser/functions/quote).
 */
export function drawMessageQuotes(text: string, shelf: Shelf, client: 'web' | 'mobile'): string {
  const pattern = client === 'web' ? /-{54}\n(.*?)-{54}\n?/gs : /-{54}\n*(.*?)-{54}\n?/gs;
  return text.replace(pattern, (_whole, content: string) => shelf.wrap('quote', '', content.replace(/\n$/, '')));
}
