import type { types } from '@slack/bolt';
import type { LeftOutFile } from '../../domain/file-problem.ts';
import type { FileReference } from '../../domain/file-reference.ts';
import type { Texts } from '../../locales/en.ts';
import { context, section } from './blocks.ts';
import { linkTo, mrkdwn } from './mrkdwn.ts';

/** What came of the files of a message that went out: which are in the chat, and which are not and why. */
export function fileLines(
  taken: readonly FileReference[],
  leftOut: readonly LeftOutFile[],
  texts: Texts,
): types.KnownBlock[] {
  const names = taken.map((file) => shownName(file, texts));
  const lines = leftOut.map(({ file, problem }) =>
    texts.files.one({ name: linkTo(addressOf(file), shownName(file, texts)), why: texts.files.why[problem.kind] }),
  );
  return [
    ...(names.length > 0 ? [context([texts.files.taken({ names, more: 0 })])] : []),
    ...(lines.length > 0 ? [section([texts.files.leftOut, ...lines].join('\n'))] : []),
  ];
}

function shownName({ name }: FileReference, { files }: Texts) {
  return mrkdwn.text(name === '' ? files.unnamed : name);
}

/** Opens the file in Slack's own clients, for who may see it. Source: docs.slack.dev, "Deep linking into Slack". */
function addressOf({ team, id }: FileReference): string {
  return `slack://file?team=${encodeURIComponent(team)}&id=${encodeURIComponent(id)}`;
}
