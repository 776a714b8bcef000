import type { Document, Loss, Names } from '../domain/document.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import { collectReferences } from '../translation/collect-references.ts';
import { type ComposeDeps, namesInTime } from './compose-requests.ts';
import { fitMessage } from './fit-message.ts';
import type { Submission } from './submission.ts';

/** A message as its reader will see it. */
export type Preview = {
  /** Without visible text where nothing of it can be read. */
  readonly document: Document;
  /** What is mentioned in it is called in Bitrix24. */
  readonly names: Names;
  readonly parts: number;
  /** A message of more parts is not accepted. */
  readonly maxParts?: number;
  /** How many posts of a thread have to stay behind, where some have to. */
  readonly leftOut?: number;
  readonly losses: readonly Loss[];
};

/** Shows a message as it would arrive on a portal. Nothing is sent. */
export type MakePreview = (
  message: Pick<Submission, 'person' | 'route' | 'document' | 'losses' | 'shortening'>,
  portal: PortalOrigin,
) => Promise<Preview>;

/** Creates the preview. It takes as long as the names of mentioned people may take. */
export function createPreview(deps: ComposeDeps): MakePreview {
  return async (message, portal) => {
    const names = await namesInTime(deps, collectReferences(message.document), message, portal);
    const { written, leftOut, files: _files, ...fitted } = fitMessage(message, names);
    const shown = { ...fitted, ...(leftOut > 0 ? { leftOut } : {}) };
    if (written.kind === 'too-long') {
      return { ...shown, names, parts: written.parts, maxParts: written.most };
    }
    return { ...shown, names, parts: written.parts.length, losses: [...shown.losses, ...written.losses] };
  };
}
