/** What a client draws that is more than letters. */
export type ElementKind =
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strike'
  | 'size'
  | 'color'
  | 'link'
  | 'mention'
  | 'chat'
  | 'context'
  | 'image'
  | 'icon'
  | 'file'
  | 'put'
  | 'send'
  | 'call'
  | 'date'
  | 'smiley'
  | 'vote'
  | 'quote'
  | 'code'
  | 'inline-code'
  | 'heading'
  | 'rule'
  | 'list'
  | 'table';

/** `value` is what stands behind the equals sign of a code: an address, an id, a command. */
export type Element = { readonly kind: ElementKind; readonly value: string; readonly content: readonly Piece[] };

/** A message as a client draws it: letters and elements, in the order of reading. */
export type Piece = string | Element;

/** Remembers what was drawn while the rest of the text is read on, as the clients do with HTML and placeholders. */
export type Shelf = {
  /** The content between marks of the element: codes in it are still looked for. */
  wrap(kind: ElementKind, value: string, content: string): string;
  /** A mark in the place of the element: nobody looks for codes in its content any more. */
  hide(kind: ElementKind, content: string): string;
  /** The text with its marks turned into elements. */
  unfold(text: string): readonly Piece[];
};

/** An empty store of elements, for one message in one client. */
export function createShelf(): Shelf {
  const opened: { kind: ElementKind; value: string }[] = [];
  const hidden: { kind: ElementKind; content: string }[] = [];
  return {
    wrap(kind, value, content) {
      const id = opened.push({ kind, value }) - 1;
      return `\ufdd0${id}\ufdd1${content}\ufdd8${id}\ufdd9`;
    },
    hide: (kind, content) => `\ufdda${hidden.push({ kind, content }) - 1}\ufddb`,
    unfold,
  };

  function unfold(text: string): readonly Piece[] {
    const open: { id: string; content: Piece[] }[] = [{ id: '', content: [] }];
    const top = () => open.at(-1)?.content ?? [];
    const close = () => {
      const { id = '', content = [] } = open.pop() ?? {};
      top().push({ ...(opened[Number(id)] ?? { kind: 'size', value: '' }), content });
    };
    for (const [, words, opening, closing, hiding] of text.matchAll(anyMark)) {
      const kept = hiding === undefined ? undefined : hidden[Number(hiding)];
      if (words !== undefined) {
        top().push(words);
      } else if (kept !== undefined) {
        top().push({ kind: kept.kind, value: '', content: unfold(kept.content) });
      } else if (opening !== undefined) {
        open.push({ id: opening, content: [] });
      } else if (open.some(({ id }) => id === closing)) {
        while (open.at(-1)?.id !== closing) {
          close();
        }
        close();
      }
    }
    while (open.length > 1) {
      close();
    }
    return top();
  }
}

const anyMark = /([^\ufdd0\ufdd8\ufdda]+)|\ufdd0(\d+)\ufdd1|\ufdd8(\d+)\ufdd9|\ufdda(\d+)\ufddb/g;

/** Text without the noncharacters that marks are made of: a message cannot forge them. */
export function withoutMarks(text: string): string {
  return text.replace(/[\ufdd0-\ufddf]/g, '');
}

/** Every element of a message, outer ones first. */
export function elementsOf(pieces: readonly Piece[]): readonly Element[] {
  return pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece, ...elementsOf(piece.content)]));
}
