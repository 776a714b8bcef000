import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../options.ts';
import { type FileContent, sizeOf } from './file-content.ts';

/** Who is kept from the bytes of a file, or where they are instead. Source: `mode` of the file object. */
type FileMode = 'hosted' | 'snippet' | 'tombstone' | 'hidden_by_limit' | 'external';

/** A file in Slack. What may change is changed in place. */
export type SlackFile = {
  readonly id: string;
  readonly teamId: string;
  /** Who uploaded it. */
  readonly userId: string;
  readonly name: string;
  readonly mimetype: string;
  readonly content: FileContent;
  /** Epoch seconds. */
  readonly created: number;
  /** The channels where it is shared. */
  readonly channels: Set<string>;
  mode: FileMode;
  /** What payloads say instead of the file: `check_file_info` is the stub of Slack Connect. */
  access: 'visible' | 'check_file_info' | 'access_denied';
  /** It was put into a form of the app, which may read it without being anywhere. */
  isGivenToApp: boolean;
  deleted: boolean;
  /** `files.info` refuses it with this code although it could be seen: `not_visible`, `access_denied`, … */
  refusal: string | undefined;
  /** How many bytes `files.info` claims, where that is another number. */
  claimedSize: number | undefined;
  /** Where the bytes are said to be; the download address answers with a redirect to there. */
  redirect: string | undefined;
  /** What goes wrong with the next downloads. */
  trouble: DownloadTrouble | undefined;
};

/**
 * `cut` breaks the connection and `short` ends the answer after so many bytes; `held` sends no more after them.
 * `login` answers as to a stranger. `limited` asks to come back after so many seconds.
 */
type DownloadTrouble =
  | { readonly kind: 'cut' | 'short' | 'held'; readonly afterBytes: number }
  | { readonly kind: 'login' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'limited'; readonly seconds: number };

/** A file as somebody uploads it; `size` makes up so many bytes. */
export type NewFile = {
  readonly name: string;
  readonly bytes?: Uint8Array | string;
  readonly size?: number;
  readonly mimetype?: string;
};

/** The files of all workspaces. */
export type Files = {
  add(file: NewFile, place: { readonly teamId: string; readonly userId: string }): SlackFile;
  find(id: string): SlackFile | undefined;
  readonly downloads: FileDownload[];
};

/** One request of bytes, as it was answered. */
export type FileDownload = {
  readonly file: string;
  readonly authorization: string | undefined;
  readonly outcome: 'bytes' | 'login' | 'redirect' | 'refused';
};

/** Creates a store without files. */
export function createFiles(clock: SandboxClock): Files {
  const all = new Map<string, SlackFile>();
  return {
    downloads: [],
    find: (id) => all.get(id),
    add({ name, bytes, size = 0, mimetype }, { teamId, userId }) {
      const id = `F0${randomUUID().replaceAll('-', '').slice(0, 9).toUpperCase()}`;
      const content: FileContent =
        bytes === undefined ? { kind: 'made', size, seed: name } : { kind: 'bytes', bytes: Buffer.from(bytes) };
      const file: SlackFile = {
        id,
        teamId,
        userId,
        name,
        mimetype: mimetype ?? mimetypeOf(name),
        content,
        created: Math.floor(clock.now() / 1000),
        channels: new Set(),
        mode: 'hosted',
        access: 'visible',
        isGivenToApp: false,
        deleted: false,
        refusal: undefined,
        claimedSize: undefined,
        redirect: undefined,
        trouble: undefined,
      };
      all.set(id, file);
      return file;
    },
  };
}

/** The size that Slack tells of a file. */
export function toldSize(file: SlackFile): number {
  return file.claimedSize ?? sizeOf(file.content);
}

/** The ending of a file's name in small letters; `binary` without one, as Slack says. */
export function endingOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? 'binary';
}

const mimetypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  html: 'text/html',
  jpg: 'image/jpeg',
  json: 'application/json',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  zip: 'application/zip',
};

function mimetypeOf(name: string): string {
  return mimetypes[endingOf(name)] ?? 'application/octet-stream';
}
