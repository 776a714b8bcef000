import type { Document, References } from '../domain/document.ts';
import { inlinesOf } from './walk-document.ts';

/** The Slack ids whose names a writer will ask for, each once, in the order of reading. */
export function collectReferences(document: Document): References {
  const ids = { user: new Set<string>(), channel: new Set<string>(), group: new Set<string>() };
  for (const node of inlinesOf(document)) {
    if (node.kind === 'user' || node.kind === 'channel' || node.kind === 'group') {
      ids[node.kind].add(node.id);
    }
  }
  return { users: [...ids.user], channels: [...ids.channel], groups: [...ids.group] };
}
