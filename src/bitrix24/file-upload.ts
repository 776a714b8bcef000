import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { FileReadError, type FileUploader, type UploadAttempt, type UploadResult } from '../delivery/files.ts';
import type { Clock } from '../domain/clock.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { PortalFileProblem, SlackFileProblem } from '../domain/file-problem.ts';
import { base64Length, base64Of } from './base64.ts';
import type { Rest, RestResult } from './rest.ts';
import type { TaskChats } from './task-chats.ts';

/** The dependencies of uploading. */
export type FileUploaderDeps = {
  readonly rest: Rest;
  readonly chats: TaskChats;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** How long a portal may take to answer, and to take the next bytes (`BITRIX24_TIMEOUT_MS`). */
  readonly timeoutMs: number;
};

/** Source: im.v2.File.upload, "Response": the message that shows the file. Builds answer ids as numbers or texts. */
const posted = z.object({ messageId: z.union([z.number().int().positive(), z.string().regex(/^[1-9]\d*$/)]) });

/**
 * Creates the uploader over im.v2.File.upload (REST 2, permission `im`), which puts a file and the message that shows
 * it into a chat in one call, as the owner of the credential. Source: Bitrix24 documentation, "How to create a comment
 * with a file". The file leaves as base64 in the JSON body while it is read; its parameters are never in one text.
 */
export function createFileUploader({ rest, chats, clock, timeoutMs }: FileUploaderDeps): FileUploader {
  return {
    async upload(attempt) {
      try {
        return await upload(attempt);
      } finally {
        attempt.file.close();
      }
    },
  };

  async function upload({ credential, task, key, file, leaveWithinMs }: UploadAttempt): Promise<UploadResult> {
    const leaveBy = clock.monotonic() + leaveWithinMs;
    const chat = await chats.find(credential, task, leaveBy);
    if (!chat.ok) {
      return { kind: 'failed', failure: chat.failure, left: false, sinceLeftMs: 0 };
    }
    if (chat.value === null) {
      return { kind: 'refused', problem: { kind: 'chat-closed' } };
    }
    const reading = watchReading(file.content);
    const slot = randomUUID();
    const result = await rest.call({
      credential,
      api: 'v2',
      method: 'im.v2.File.upload',
      parameters: JSON.stringify({ dialogId: `chat${chat.value}`, fields: { name: file.name, content: slot } }),
      streamed: { slot, middle: base64Of(reading.content), length: base64Length(file.size) },
      part: key,
      leaveWithinMs: leaveBy - clock.monotonic(),
      answerWithinMs: timeoutMs,
    });
    const uploaded = resultOf(result, reading.problem());
    if (uploaded.kind === 'refused' && uploaded.problem.kind === 'chat-closed') {
      chats.forget(credential, task);
    }
    return uploaded;
  }
}

/** Notes what ends the reading of a file too early. */
function watchReading(content: AsyncIterable<Uint8Array>) {
  let problem: SlackFileProblem | undefined;
  return { content: watched(), problem: () => problem };

  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* content;
    } catch (error) {
      problem = error instanceof FileReadError ? error.problem : { kind: 'unavailable' };
      throw error;
    }
  }
}

function resultOf({ verdict, left, sinceLeftMs }: RestResult, problem: SlackFileProblem | undefined): UploadResult {
  // Half a file is half a JSON text: the portal can have done nothing with it.
  if (problem) {
    return { kind: 'refused', problem };
  }
  const failed = (failure: PortalFailure) => ({ kind: 'failed', failure, left, sinceLeftMs }) as const;
  switch (verdict.kind) {
    case 'key-reused':
      return failed({ kind: 'unexpected', code: 'key-reused', status: 422 });
    case 'result': {
      const read = posted.safeParse(verdict.result);
      // It may well be there; nobody knows under which number.
      return read.success
        ? { kind: 'delivered', messageId: String(read.data.messageId) }
        : failed({ kind: 'unreadable-answer' });
    }
    case 'failed': {
      const refusal = refusalOf(verdict.failure, verdict.code);
      return refusal ? { kind: 'refused', problem: refusal } : failed(verdict.failure);
    }
    default:
      return verdict satisfies never;
  }
}

/**
 * The portal's own codes. Source: im.v2.File.upload, "Errors"; the code of im 26.250 writes three of them with `FILE_`
 * in front. `ACCESS_DENIED` means the plan elsewhere: here the page lists it for the chat.
 */
const refusals: Readonly<Record<string, PortalFileProblem['kind']>> = {
  FILE_TOO_LARGE: 'portal-too-large',
  FOLDER_ERROR: 'no-folder',
  FILE_FOLDER_ERROR: 'no-folder',
  UPLOAD_FAILED: 'not-kept',
  FILE_UPLOAD_FAILED: 'not-kept',
  SEND_FAILED: 'not-kept',
  FILE_SEND_FAILED: 'not-kept',
  FILE_EMPTY: 'not-kept',
  FILE_INVALID_CONTENT: 'not-kept',
  CHAT_NOT_FOUND: 'chat-closed',
  ACCESS_DENIED: 'chat-closed',
};

function refusalOf(failure: PortalFailure, code: string | undefined): PortalFileProblem | undefined {
  const known = code === undefined ? undefined : refusals[code];
  if (known) {
    return { kind: known };
  }
  switch (failure.kind) {
    case 'portal-too-old':
      return { kind: 'portal-too-old' };
    case 'missing-scope':
      return { kind: 'no-im' };
    case 'intermediary-refused':
      // A server in front of the portal has a limit of its own. Source: RFC 9110, 15.5.14.
      return failure.status === 413 ? { kind: 'portal-too-large' } : undefined;
    default:
      return undefined;
  }
}
