import type { DeliveryState } from '../../domain/delivery.ts';
import { countEnglish } from '../plural.ts';
import type { SafeText, ShownTask } from '../shown.ts';

const ended: Record<DeliveryState, string> = {
  accepted: 'waiting',
  sending: 'being sent',
  delivered: 'delivered',
  refused: 'not sent',
  unknown: 'not certain',
  expired: 'not sent in time',
  cancelled: 'taken back',
};

/** The Home tab. */
export const home = {
  link: 'Your connection to Bitrix24',
  waiting: 'Waiting',
  history: 'Your last messages',
  item: ({ task, at, state }: { task: ShownTask; at: SafeText; state: DeliveryState }) =>
    `${task.link(`Task ${task.number}`)}${task.title ? ` “${task.title}”` : ''}, ${at}: *${ended[state]}*.`,
  sentAgain: 'You sent it again.',
  sendTaskAgain: (task: number) => `Send the message to task ${task} again`,
  confirmUnlink: (waiting: number) =>
    `The app deletes your connection. A webhook still exists in Bitrix24 after that: delete it there if nothing else uses it.${waiting > 0 ? ` You have ${countEnglish(waiting, { one: 'waiting message', other: 'waiting messages' })}, which will not be sent.` : ''}`,
  defaults: 'Default tasks of your channels',
  channelDefault: ({ channel, task }: { channel: string; task: ShownTask }) =>
    `${channel}: ${task.link(`task ${task.number}`)}`,
  direct: 'Direct conversation',
  stepsToConnect: [
    '*Write into the task chats of Bitrix24 from Slack, under your own name.*',
    '1. Connect your Bitrix24 account with the button below.',
    '2. Choose _More actions_ on any message, then _Send to Bitrix24 task_; or type `/b24task 51 your message` in a channel.',
    '3. The message appears in the chat of the task, and here you see what became of it.',
  ].join('\n'),
  stepsToWrite: [
    '*You have not sent anything in the last 30 days.*',
    '1. Choose _Write to a task_ above. On a message of others: _More actions_, then _Send to Bitrix24 task_. In a channel: `/b24task 51 your message`.',
    '2. Choose the task by its title, number or link.',
    '3. The message appears in the chat of the task, and here you see what became of it.',
  ].join('\n'),
  help: 'How to use it',
  how: 'Choose _More actions_ on any message, then _Send to Bitrix24 task_; that works in threads, which you can send as a whole, and in direct messages too. Or type `/b24task 51 your message` in a channel. `/b24task help` lists everything.',
  broken: (reference: SafeText) =>
    `This page cannot be shown right now. Open it again in a minute; if that does not help, tell your administrator the code ${reference}.`,
};
