import type { Inline, Style } from '../../domain/document.ts';
import { bitOf, bitsOf, forEachStyle } from '../style-bits.ts';

/** A piece of a line of text with markup, before it is known which markers have a partner. */
export type Piece =
  | { readonly kind: 'node'; readonly node: Inline }
  | { readonly kind: 'line-break' }
  | {
      readonly kind: 'marker';
      /** How it was typed; what stays when it has no partner. */
      readonly typed: string;
      readonly style: keyof Style;
      readonly opens: boolean;
      readonly closes: boolean;
    };

/**
 * The pieces as text with styles. Markers pair up within a line; one that closes leaves those that were opened after
 * its partner without one. Every marker is looked at once, so the time grows with the number of pieces.
 */
export function styleText(pieces: readonly Piece[]): readonly Inline[] {
  const paired = pairMarkers(pieces);
  const nodes: Inline[] = [];
  let active = 0;
  let plain = '';
  const flush = () => {
    if (plain !== '') {
      nodes.push(inStyle({ kind: 'text', text: plain }, active));
    }
    plain = '';
  };
  pieces.forEach((piece, at) => {
    const text = plainTextOf(piece);
    if (paired[at] === 1 && piece.kind === 'marker') {
      flush();
      active ^= bitOf(piece.style);
    } else if (text !== undefined) {
      plain += text;
    } else if (piece.kind === 'node') {
      flush();
      nodes.push(inStyle(piece.node, active));
    }
  });
  flush();
  return nodes;
}

/** 1 for every marker that has a partner. */
function pairMarkers(pieces: readonly Piece[]): Uint8Array {
  const paired = new Uint8Array(pieces.length);
  let open: { readonly typed: string; readonly at: number }[] = [];
  pieces.forEach((piece, at) => {
    if (piece.kind === 'line-break' && open.length > 0) {
      open = [];
    }
    if (piece.kind !== 'marker') {
      return;
    }
    const partner = open.findIndex(({ typed }) => typed === piece.typed);
    const opened = open[partner];
    if (opened !== undefined && piece.closes) {
      paired[opened.at] = 1;
      paired[at] = 1;
      open = open.slice(0, partner);
    } else if (opened === undefined && piece.opens) {
      open.push({ typed: piece.typed, at });
    }
  });
  return paired;
}

/** The text of a piece that is nothing but text, if it has no partner. */
function plainTextOf(piece: Piece): string | undefined {
  switch (piece.kind) {
    case 'node':
      return piece.node.kind === 'text' && piece.node.style === undefined ? piece.node.text : undefined;
    case 'line-break':
      return '\n';
    case 'marker':
      return piece.typed;
    default:
      return piece satisfies never;
  }
}

function inStyle(node: Inline, active: number): Inline {
  const style = styles[active | bitsOf(node.style)];
  return active === 0 || style === undefined ? node : { ...node, style };
}

const styles: readonly Style[] = forEachStyle((names) => Object.fromEntries(names.map((name) => [name, true])));
