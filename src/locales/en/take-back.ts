import type { ShownTask } from '../shown.ts';

const named = (task: ShownTask) => `${task.link(`task ${task.number}`)}${task.title ? ` “${task.title}”` : ''}`;

/** What became of taking back a message that had arrived. */
export const takeBack = {
  nothing: 'There is nothing to take back here: that message did not arrive, or it is too long ago.',
  done: (task: ShownTask) => `*Taken back:* your message is deleted from the chat of ${named(task)}.`,
  partly: ({ task, removed, parts }: { task: ShownTask; removed: number; parts: number }) =>
    `*Only partly taken back:* ${removed} of ${parts} parts of your message are deleted from the chat of ${named(task)}. The rest is not found there, or Bitrix24 does not let you delete it.`,
  not: (task: ShownTask) => `*Not taken back:* your message to ${named(task)}.`,
  notCertain: (task: ShownTask) =>
    `*It is not certain* whether your message was deleted from the chat of ${named(task)}: Bitrix24 did not answer.`,
  why: {
    'not-allowed': 'Bitrix24 does not let you delete it any more, or it was deleted there already.',
    'not-found': 'The app does not find it in the chat: it was changed or deleted there, or is too old.',
    'other-account': 'You wrote it as another Bitrix24 user than the one you are connected as now.',
  },
  deleteThere: 'Look into the task, and delete it there if you can.',
  givePermission: 'Give it to your webhook and press _Take back_ once more, or delete the message in the task.',
  pressAgain: 'Press _Take back_ once more in a minute, or delete it in the task.',
};
