import type { types } from '@slack/bolt';
import type { Delivery, LeftOut } from '../../domain/delivery.ts';
import type { FileReference } from '../../domain/file-reference.ts';
import type { Texts } from '../../locales/en.ts';
import type { SafeText } from '../../locales/shown.ts';
import { context, section } from './blocks.ts';
import { linkTo, mrkdwn } from './mrkdwn.ts';

/** What became of the files of a delivered message. */
export type FilesOf = {
  /** How many parts of the delivery are text. */
  readonly texts: number;
  /** Files that are in the chat. */
  readonly taken: readonly FileReference[];
  /** Files that were not delivered, and why. */
  readonly leftOut: readonly { readonly file: FileReference; readonly kind: LeftOut['problem']['kind'] }[];
};

/** What became of the files of a delivery. Each file is a part, after the parts of its text. */
export function filesOf({ parts, leftOut = [] }: Delivery, files: readonly FileReference[] = []): FilesOf {
  const texts = parts - files.length;
  const kindOf = new Map(leftOut.map(({ part, problem }) => [part, problem.kind]));
  const partOf = (file: FileReference) => texts + 1 + files.indexOf(file);
  return {
    texts,
    taken: files.filter((file) => !kindOf.has(partOf(file))),
    leftOut: files.flatMap((file) => {
      const kind = kindOf.get(partOf(file));
      return kind ? [{ file, kind }] : [];
    }),
  };
}

/** Blocks that say which files are in the chat, and which are not and why. */
export function fileLines({ taken, leftOut }: FilesOf, texts: Texts): types.KnownBlock[] {
  const names = taken.map((file) => shownFile(file, texts));
  const lines = leftOut.map(({ file, kind }) => leftOutLine(file, texts.files.why[kind], texts));
  return [
    ...(names.length > 0 ? [context([texts.files.taken({ names, more: 0 })])] : []),
    ...(lines.length > 0 ? [section([texts.files.leftOut, ...lines].join('\n'))] : []),
  ];
}

/** One line about a file that stays in Slack, with a link to it there. */
export function leftOutLine(file: FileReference, why: string, texts: Texts): string {
  return texts.files.one({ name: linkTo(addressOf(file), shownFile(file, texts)), why });
}

/** The name of a file, or words for a file without one. */
export function shownFile({ name }: FileReference, { files }: Texts): SafeText {
  return mrkdwn.text(name === '' ? files.unnamed : name);
}

/** Opens the file in Slack's clients, for people who may see it. Source: docs.slack.dev, "Deep linking into Slack". */
function addressOf({ team, id }: FileReference): string {
  return `slack://file?team=${encodeURIComponent(team)}&id=${encodeURIComponent(id)}`;
}
