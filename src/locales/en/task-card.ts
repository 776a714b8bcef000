import type { SafeText, ShownTask } from '../shown.ts';

/** The answer to `/b24task 51`: the task itself. */
export const taskCard = {
  heading: (task: ShownTask) => `*${task.link(`Task ${task.number}`)}${task.title ? ` “${task.title}”` : ''}*`,
  status: (status: string) => `Status: ${status}`,
  responsible: (name: SafeText) => `Responsible: ${name}`,
  nobody: 'Responsible: nobody is named',
  deadline: (at: SafeText) => `Deadline: ${at}`,
  noDeadline: 'Deadline: none',
  group: (name: SafeText) => `Project: ${name}`,
  howToWrite: (task: number) => `Write to it: \`/b24task ${task} your message\``,
  failed: (task: number) => `*Task ${task} cannot be shown.*`,
};
