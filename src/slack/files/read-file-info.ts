import { z } from 'zod';
import type { SlackFileProblem } from '../../domain/file-problem.ts';
import { maxFileBytes } from '../../domain/file-reference.ts';
import type { SlackFault } from '../web-api/slack-fault.ts';

/** A file as Slack tells of it, that can be downloaded. */
export type FileInfo = {
  readonly name: string;
  readonly size: number;
  readonly mimetype: string;
  readonly address: string;
};

const text = z.string().optional().catch(undefined);

const answer = z.object({
  file: z.object({
    name: text,
    title: text,
    mimetype: text,
    filetype: text,
    mode: text,
    file_access: text,
    is_external: z.boolean().optional().catch(undefined),
    size: z.number().nonnegative().optional().catch(undefined),
    url_private_download: text,
  }),
});

type Told = z.infer<typeof answer>['file'];

/** What can be downloaded of the answer of `files.info`. Source: docs.slack.dev, file object. */
export function readFileInfo(value: unknown): FileInfo | SlackFileProblem {
  const parsed = answer.safeParse(value);
  if (!parsed.success) {
    return { kind: 'unavailable' };
  }
  const { file } = parsed.data;
  const absence = absenceOf(file);
  if (absence) {
    return absence;
  }
  const { name, title, size = 0, mimetype = '', url_private_download: address } = file;
  if (address === undefined || address === '') {
    return { kind: 'external' };
  }
  if (size === 0) {
    return { kind: 'empty' };
  }
  return size > maxFileBytes
    ? { kind: 'too-large', most: maxFileBytes }
    : { name: name || title || 'file', size, mimetype, address };
}

/** Whether what `readFileInfo` gave can be downloaded. */
export function isDownloadable(info: FileInfo | SlackFileProblem): info is FileInfo {
  return 'address' in info;
}

/** Canvases and lists are pages of Slack; what is downloaded of them is a page as well. Source: `filetype`, `mode`. */
const documents = ['quip', 'canvas', 'list', 'space', 'docs'];

function absenceOf({ mode = '', filetype = '', file_access: access = 'visible', is_external }: Told) {
  if (mode === 'tombstone' || access === 'file_deleted') {
    return { kind: 'deleted' } as const;
  }
  if (mode === 'hidden_by_limit' || access === 'hidden_by_limit') {
    return { kind: 'hidden' } as const;
  }
  if (access !== 'visible') {
    return { kind: 'not-visible' } as const;
  }
  if (mode === 'external' || is_external === true) {
    return { kind: 'external' } as const;
  }
  return documents.includes(filetype) || documents.includes(mode) ? ({ kind: 'document' } as const) : undefined;
}

const codes: Readonly<Record<string, SlackFileProblem>> = {
  file_deleted: { kind: 'deleted' },
  // Of what the app does not see Slack says that it is not there.
  file_not_found: { kind: 'not-visible' },
  not_visible: { kind: 'not-visible' },
  access_denied: { kind: 'not-visible' },
  missing_scope: { kind: 'missing-scope' },
};

/** What a refusal of `files.info` means. Source: docs.slack.dev, files.info, errors. */
export function problemOf(fault: SlackFault): SlackFileProblem {
  if (fault.kind === 'refused') {
    return codes[fault.code] ?? { kind: 'unavailable' };
  }
  return { kind: 'unavailable', ...(fault.afterMs === undefined ? {} : { afterMs: fault.afterMs }) };
}
