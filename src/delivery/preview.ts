import type { Document, Loss, Names } from '../domain/document.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import { collectReferences } from '../translation/collect-references.ts';
import { writeBitrix } from '../translation/write-bitrix.ts';
import { type ComposeDeps, namesInTime } from './compose-requests.ts';
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
  readonly losses: readonly Loss[];
};

/** Shows a message as it would arrive on a portal. Nothing is sent. */
export type MakePreview = (
  message: Pick<Submission, 'person' | 'route' | 'document' | 'losses'>,
  portal: PortalOrigin,
) => Promise<Preview>;

/** Creates the preview. It takes as long as the names of mentioned people may take. */
export function createPreview(deps: ComposeDeps): MakePreview {
  return async ({ document, losses, ...sender }, portal) => {
    const names = await namesInTime(deps, collectReferences(document), sender, portal);
    const written = writeBitrix(document, names);
    if (written.kind === 'too-long') {
      return { document, names, parts: written.parts, maxParts: written.most, losses };
    }
    return { document, names, parts: written.parts.length, losses: [...losses, ...written.losses] };
  };
}
