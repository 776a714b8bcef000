/** A stretch of typed text; `address` where it is the address of a link. */
export type Stretch = { readonly text: string; readonly address?: string };

/**
 * Typed text with the addresses in it. The portal makes links of them by itself, but takes whatever stands up to the next
 * blank for a part of it, closing codes included (main/classes/general/textparser.php, TEXT_ANCHOR); so they are written
 * as links.
 */
export function splitAtAddresses(text: string): readonly Stretch[] {
  if (!/:\/\/|www\./i.test(text)) {
    return [{ text }];
  }
  const stretches: Stretch[] = [];
  let done = 0;
  for (const match of text.matchAll(bareAddress)) {
    const shown = withoutEnd(match[0]);
    stretches.push({ text: text.slice(done, match.index) });
    stretches.push({ text: shown, address: /^www/i.test(shown) ? `http://${shown}` : shown });
    done = match.index + shown.length;
  }
  stretches.push({ text: text.slice(done) });
  return stretches.filter((stretch) => stretch.text !== '');
}

const bareAddress = /(?<![\p{L}\p{N}_/@.=&%+-])(?:https?:\/\/|www\.)[\p{L}\p{N}][^\s"<>{}[\]`|\\^]*/giu;

/** Signs of punctuation at the end belong to the sentence, and so does a bracket that was opened before. */
function withoutEnd(address: string): string {
  let shown = address.replace(/[.,;:!?'*_~»”’]+$/, '');
  while (shown.endsWith(')') && shown.split(')').length > shown.split('(').length) {
    shown = shown.slice(0, -1).replace(/[.,;:!?'*_~»”’]+$/, '');
  }
  return shown;
}
