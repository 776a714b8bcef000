import type { Clock } from '../domain/clock.ts';
import type { FileReference } from '../domain/file-reference.ts';
import { type Identity, seesChats } from '../domain/identity.ts';
import type { GrantedScopes } from '../linking/granted-scopes.ts';
import type { FileSource, FileUploader, UploadResult } from './files.ts';
import type { AttemptResult, Messenger } from './ports.ts';
import type { Claim } from './progress.ts';
import type { Timing } from './timing.ts';

/** The dependencies of sending a part. */
export type SendPartDeps = {
  readonly messenger: Messenger;
  readonly files: FileSource;
  readonly uploader: FileUploader;
  /** A permission that was thought to be there is missing: the portal is asked anew. Never rejects. */
  readonly learnScopes: GrantedScopes['learn'];
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly timing: Pick<Timing, 'leaveWithinMs' | 'leaseMs'>;
};

/** Makes one attempt of a claim's part. `since`: the monotonic time before its lease was asked for. */
export function sendPart(deps: SendPartDeps, identity: Identity, claim: Claim, since: number): Promise<AttemptResult> {
  const { content, delivery, part } = claim;
  const key = `${delivery.id}.${part}`;
  if (content.kind === 'file') {
    return sendFile(deps, identity, { claim, file: content.file, key, since });
  }
  return deps.messenger.send({
    credential: identity.credential,
    key,
    request: content.request,
    leaveWithinMs: deps.timing.leaveWithinMs - (deps.clock.monotonic() - since),
  });
}

type FilePart = { readonly claim: Claim; readonly file: FileReference; readonly key: string; readonly since: number };

/** Slack is asked first, which takes its time: a file may leave later than a text, and still well within the lease. */
async function sendFile(
  { files, uploader, learnScopes, clock, timing }: SendPartDeps,
  identity: Identity,
  { claim, file, key, since }: FilePart,
): Promise<AttemptResult> {
  if (seesChats(identity) === false) {
    return { kind: 'left-out', problem: { kind: 'no-im' } };
  }
  const opened = await files.open(file);
  if (opened.kind === 'problem') {
    return unread(opened.problem);
  }
  const result = await uploader.upload({
    credential: identity.credential,
    task: claim.delivery.task,
    key,
    file: opened.file,
    leaveWithinMs: Math.max(0, timing.leaseMs - timing.leaveWithinMs / 2 - (clock.monotonic() - since)),
  });
  if (result.kind === 'refused' && result.problem.kind === 'no-im') {
    await learnScopes(claim.delivery.person);
  }
  return attemptResult(result);
}

function attemptResult(result: UploadResult): AttemptResult {
  switch (result.kind) {
    case 'delivered':
      return { kind: 'delivered', chatMessage: result.messageId };
    case 'refused':
      return unread(result.problem);
    case 'failed':
      return result;
    default:
      return result satisfies never;
  }
}

function unread(problem: Extract<UploadResult, { kind: 'refused' }>['problem']): AttemptResult {
  return problem.kind === 'unavailable'
    ? { kind: 'not-read', problem, afterMs: problem.afterMs ?? 0 }
    : { kind: 'left-out', problem };
}
