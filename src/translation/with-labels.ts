import type { Document, Inline } from '../domain/document.ts';
import { inlinesOf, mapInlines } from './walk-document.ts';

/**
 * A document with the labels that mentions have in another one: rich text names them by their ids alone, which is all
 * that is left where nobody tells their names in time.
 */
export function withLabels(document: Document, labelled: Document): Document {
  const labels = new Map<string, string>();
  for (const node of inlinesOf(labelled)) {
    if (isMention(node) && node.label !== undefined) {
      labels.set(node.id, node.label);
    }
  }
  const change = (node: Inline): Inline => {
    const label = isMention(node) ? labels.get(node.id) : undefined;
    return isMention(node) && node.label === undefined && label !== undefined ? { ...node, label } : node;
  };
  return labels.size === 0 ? document : { blocks: document.blocks.map((block) => mapInlines(block, change)) };
}

function isMention(node: Inline): node is Extract<Inline, { kind: 'user' | 'channel' | 'group' }> {
  return node.kind === 'user' || node.kind === 'channel' || node.kind === 'group';
}
