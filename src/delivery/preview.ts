import type { Loss } from '../domain/document.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import { collectReferences } from '../translation/collect-references.ts';
import { writeBitrix } from '../translation/write-bitrix.ts';
import { type ComposeDeps, namesInTime } from './compose-requests.ts';
import { previewText } from './preview-text.ts';
import type { Submission } from './submission.ts';

/** A message as its reader will see it, without any notation. */
export type Preview = {
  readonly text: string;
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
    const text = previewText(document, names);
    if (written.kind === 'too-long') {
      return { text, parts: written.parts, maxParts: written.most, losses };
    }
    return { text, parts: written.parts.length, losses: [...losses, ...written.losses] };
  };
}
