import { FileReadError, type FileSource, type Opened, type OpenFile } from '../../delivery/files.ts';
import type { SlackFileProblem } from '../../domain/file-problem.ts';
import type { FileReference } from '../../domain/file-reference.ts';
import type { Log } from '../../domain/log.ts';
import type { Clients } from '../web-api/clients.ts';
import { faultOf, reasonOf } from '../web-api/slack-fault.ts';
import { type Body, download } from './download.ts';
import { type FileInfo, isDownloadable, problemOf, readFileInfo } from './read-file-info.ts';

/** The dependencies of reading files. */
export type FileSourceDeps = {
  readonly clients: Pick<Clients, 'prompt'>;
  readonly slackApiUrl: string;
  readonly log: Log;
};

/** Creates the source of files over `files.info` (scope files:read) and the address that it tells. */
export function createFileSource({ clients, slackApiUrl, log }: FileSourceDeps): FileSource {
  return {
    async open(file) {
      const opened = await open(file);
      if (opened.kind === 'problem') {
        log.info({ file: file.id, team: file.team, problem: opened.problem.kind }, 'a file cannot be read in Slack');
      }
      return opened;
    },
  };

  async function open(file: FileReference): Promise<Opened> {
    const asked = await ask(file);
    if (!('info' in asked)) {
      return { kind: 'problem', problem: asked };
    }
    const { info, token } = asked;
    try {
      const begun = await download(info, { token, slackApiUrl });
      return begun.kind === 'body' ? { kind: 'open', file: openFile(info, begun.body) } : begun;
    } catch (error) {
      log.warn({ file: file.id, reason: codeOf(error) }, 'the download of a file did not begin');
      return { kind: 'problem', problem: { kind: 'unavailable' } };
    }
  }

  async function ask({ id, team, enterprise }: FileReference): Promise<Asked | SlackFileProblem> {
    try {
      const client = await clients.prompt({ team, ...(enterprise === undefined ? {} : { enterprise }) });
      const info = readFileInfo(await client.files.info({ file: id }));
      return isDownloadable(info) ? { info, token: client.token ?? '' } : info;
    } catch (error) {
      log.warn({ file: id, reason: reasonOf(error) }, 'Slack does not tell about a file');
      return problemOf(faultOf(error));
    }
  }
}

type Asked = { readonly info: FileInfo; readonly token: string };

function openFile({ name, size }: FileInfo, body: Body): OpenFile {
  // The error of a body that is closed early is of no interest.
  body.on('error', () => {});
  return { name, size, content: counted(body, size), close: () => void body.destroy() };
}

/** Slack may tell one size and give another, or end too early. */
async function* counted(body: Body, size: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of piecesOf(body)) {
    length += piece.byteLength;
    if (length > size) {
      throw new FileReadError({ kind: 'broken' });
    }
    yield piece;
  }
  if (length !== size) {
    throw new FileReadError({ kind: 'broken' });
  }
}

async function* piecesOf(body: Body): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body) {
      yield piece;
    }
  } catch {
    throw new FileReadError({ kind: 'unavailable' });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
