import type { Document, Inline } from '../domain/document.ts';
import { inlinesOf } from './walk-document.ts';

/** Whether a reader would see anything. Lines, bullets and blanks alone are nothing. */
export function hasVisibleText(document: Document): boolean {
  for (const node of inlinesOf(document)) {
    if (isVisible(node)) {
      return true;
    }
  }
  return false;
}

function isVisible(node: Inline): boolean {
  switch (node.kind) {
    case 'text':
      return visible.test(node.text);
    case 'link':
      return visible.test(node.label || node.address);
    case 'moment':
      return node.pattern.length > 0 || visible.test(node.fallback);
    default:
      return true;
  }
}

const visible = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
