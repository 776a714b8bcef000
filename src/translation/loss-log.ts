import type { Loss } from '../domain/document.ts';

/** Collects what gets lost on the way; everything is told once. */
export type LossLog = {
  add(kind: Exclude<Loss['kind'], 'cut'>, what: string): void;
  addCut(): void;
  /** What another log has collected. */
  addLoss(loss: Loss): void;
  losses(): readonly Loss[];
};

/** A log of one reading or one writing. */
export function createLossLog(): LossLog {
  const names = new Set<string>();
  const files = new Set<string>();
  const addresses = new Set<string>();
  const types = new Set<string>();
  const parts = new Set<string>();
  const lists = { 'custom-emoji': names, files, links: addresses, unsupported: types, missing: parts };
  let cut = false;
  return {
    add: (kind, what) => lists[kind].add(what),
    addLoss(loss) {
      cut ||= loss.kind === 'cut';
      for (const what of detailsOf(loss)) {
        if (loss.kind !== 'cut') {
          lists[loss.kind].add(what);
        }
      }
    },
    addCut() {
      cut = true;
    },
    losses() {
      const losses: Loss[] = [];
      if (names.size > 0) {
        losses.push({ kind: 'custom-emoji', names: [...names] });
      }
      if (files.size > 0) {
        losses.push({ kind: 'files', names: [...files] });
      }
      if (addresses.size > 0) {
        losses.push({ kind: 'links', addresses: [...addresses] });
      }
      if (types.size > 0) {
        losses.push({ kind: 'unsupported', types: [...types] });
      }
      if (parts.size > 0) {
        losses.push({ kind: 'missing', parts: [...parts] });
      }
      if (cut) {
        losses.push({ kind: 'cut' });
      }
      return losses;
    },
  };
}

/** What was lost, by its names; a text that was left out has none. */
export function detailsOf(loss: Loss): readonly string[] {
  switch (loss.kind) {
    case 'custom-emoji':
    case 'files':
      return loss.names;
    case 'links':
      return loss.addresses;
    case 'unsupported':
      return loss.types;
    case 'missing':
      return loss.parts;
    case 'cut':
      return [];
  }
}
