import type { Texts } from '../en.ts';

/** The answer to `/b24task 51`: the task itself. */
export const taskCard: Texts['taskCard'] = {
  heading: (task) => `*${task.link(`Задача ${task.number}`)}${task.title ? ` «${task.title}»` : ''}*`,
  status: (status) => `Статус: ${status}`,
  responsible: (name) => `Ответственный: ${name}`,
  nobody: 'Ответственный: не указан',
  deadline: (at) => `Крайний срок: ${at}`,
  noDeadline: 'Крайний срок: не задан',
  group: (name) => `Проект: ${name}`,
  howToWrite: (task) => `Написать в неё: \`/b24task ${task} ваше сообщение\``,
  failed: (task) => `*Задачу ${task} показать не удалось.*`,
};
