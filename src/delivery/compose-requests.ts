import { type Clock, within } from '../domain/clock.ts';
import type { Names, References } from '../domain/document.ts';
import type { AcceptFailure } from '../domain/failure.ts';
import type { PortalOrigin, TaskId } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import { failed, type Result, success } from '../domain/result.ts';
import { collectReferences } from '../translation/collect-references.ts';
import { hasVisibleText } from '../translation/has-visible-text.ts';
import { fitMessage } from './fit-message.ts';
import type { NameDirectory, NewDelivery } from './ports.ts';
import type { Submission } from './submission.ts';
import type { Timing } from './timing.ts';
import { wordingOf } from './wording.ts';

/** The dependencies of composing requests. */
export type ComposeDeps = {
  readonly names: NameDirectory;
  readonly clock: Clock;
  readonly timing: Pick<Timing, 'namesWithinMs'>;
};

/**
 * The exact request bodies of a message, one per part, with what was lost in translation.
 * Shape: `{"fields":{"taskId":51,"text":"…"}}`, tasks.task.chat.message.send of Bitrix24 REST 3.0.
 */
export async function composeRequests(
  deps: ComposeDeps,
  submission: Submission,
  portal: PortalOrigin,
): Promise<Result<Pick<NewDelivery, 'requests' | 'files' | 'losses' | 'wording'>, AcceptFailure>> {
  const { task, gist, typed, files = [] } = submission;
  if (!hasVisibleText(submission.document)) {
    const { losses } = submission;
    return files.length > 0 ? success({ requests: [], files, losses }) : failed({ kind: 'text-empty' });
  }
  const names = await namesInTime(deps, collectReferences(submission.document), submission, portal);
  const { document, losses, written, ...fitted } = fitMessage(submission, names);
  if (written.kind === 'too-long') {
    return failed({ kind: 'text-too-long', parts: written.parts, most: written.most, over: written.over });
  }
  return success({
    requests: written.parts.map((text) => requestBody(task.task, text)),
    ...present({ files: fitted.files }),
    losses: [...losses, ...written.losses],
    wording: wordingOf({ document, ...present({ gist, typed }) }, names),
  });
}

/** The text of a part, by its exact request body. */
export function textOfRequest(body: string): string {
  const { fields }: { readonly fields: { readonly text: string } } = JSON.parse(body);
  return fields.text;
}

function requestBody(taskId: TaskId, text: string): string {
  return JSON.stringify({ fields: { taskId, text } });
}

/**
 * What references are called, as far as that is known within `namesWithinMs`: somebody waits, so slow names give way to
 * the labels that Slack sent.
 */
export async function namesInTime(
  { names, clock, timing }: ComposeDeps,
  references: References,
  { person, route }: Pick<Submission, 'person' | 'route'>,
  portal: PortalOrigin,
): Promise<Names> {
  const asked = names.resolve(references, { person, portal, route });
  return within(clock, timing.namesWithinMs, asked, () => names.unresolved(route));
}
