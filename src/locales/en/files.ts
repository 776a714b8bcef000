import type { LeftOut } from '../../domain/delivery.ts';
import type { SafeText, ShownLoss } from '../shown.ts';

const listed = ({ names, more }: ShownLoss) => `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;

/** Files that go along with a message. */
export const files = {
  /** Below the reply about a message that went out. */
  taken: (taken: ShownLoss) => `With files: ${listed(taken)}.`,
  leftOut: '*Not taken along:*',
  /** `name` is a link to the file in Slack. */
  one: ({ name, why }: { name: string; why: string }) => `• ${name}: ${why}`,
  unnamed: 'a file',
  /** Why a file is not delivered, and what helps. */
  why: {
    'too-large': 'it is larger than 100 MB, and Bitrix24 takes no more. Send a link to it instead.',
    empty: 'it is empty.',
    deleted: 'it was deleted in Slack.',
    'not-visible':
      'Slack does not show it to the app. Invite the app to where the file is, or put the file into the form yourself.',
    'missing-scope':
      'the app may not read files of this Slack. An administrator gives it the permission `files:read`; until then send the link.',
    external: 'it is not kept in Slack but elsewhere; its link leads there.',
    document: 'a canvas or a list is no file. Its link opens it in Slack.',
    hidden: 'it is older than what your Slack plan shows.',
    broken: 'Slack did not give it as it was announced. Put it into the form again.',
    unavailable: 'Slack did not give it. Send it again later.',
    'portal-too-large': 'your Bitrix24 takes no file of this size. Send a link to it instead.',
    'no-folder':
      'the chat of the task has no folder for files, or you may not put files there. Ask an administrator of Bitrix24.',
    'not-kept': 'Bitrix24 could not keep it. Send it again later.',
    'chat-closed': 'the task has no chat, or you may not write in it. Open the task once, then send it again.',
    'portal-too-old': 'your Bitrix24 is too old to take files from here. An administrator updates it.',
    'no-im': 'your connection lacks the permission `im`. Connect again with a webhook that has it: `/b24task connect`.',
    uncertain: 'it is not certain whether it arrived. Look into the chat before you send it again.',
  } satisfies Record<LeftOut['problem']['kind'], string>,
};

/** Files that are chosen in the form. */
export const formFiles = {
  label: 'Files',
  hint: 'Up to 10, each up to 100 MB. They go into the chat of the task after your message, as you.',
  goAlong: (going: ShownLoss) => `These files go along: ${listed(going)}.`,
  /** Shown at the field as plain text. */
  refused: ({ name, why }: { name: SafeText; why: string }) => `Nothing was sent. ${name}: ${why} Take it out.`,
};
