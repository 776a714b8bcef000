import { countEnglish } from '../plural.ts';
import type { SafeText, ShownTask } from '../shown.ts';

const messages = { one: 'waiting message', other: 'waiting messages' };

/** Words on buttons: at most 75 characters, plain text. */
export const buttons = {
  link: 'Connect Bitrix24',
  connectAgain: 'Connect again',
  tryNow: 'Try now',
  chooseTask: 'Choose another task',
  openForm: 'Open in the form',
  openTask: 'Open the task',
  cancel: 'Do not send',
  cancelTask: (task: number) => `Do not send the message to task ${task}`,
  takeBack: 'Take back',
  takeBackTask: (task: number) => `Take back the message to task ${task}`,
  sendAgain: 'Send again',
  sendAnyway: 'Send once more',
  write: 'Write',
  writeToTask: 'Write to a task',
  check: 'Check the connection',
  open: 'Open',
  sendThere: 'Send',
  asMessage: 'Send it as a message',
  earlierPart: 'Previous part',
  nextPart: 'Next part',
  unlink: 'Disconnect',
  keepLink: 'Stay connected',
  confirmTakeBack: {
    title: 'Take it back?',
    text: 'The message is deleted from the chat of the task. Who has read it has read it, and the chat shows that a message was deleted.',
    confirm: 'Take back',
    deny: 'Leave it there',
  },
  confirmTwice: {
    title: 'Send again?',
    text: 'The first attempt may have arrived. Sent again, the message may be in the task twice.',
    confirm: 'Send again',
    deny: 'Do not send',
  },
};

/** The window for a webhook's URL, and the answers to connecting and disconnecting. */
export const linking = {
  title: 'Connect Bitrix24',
  submit: 'Connect',
  close: 'Cancel',
  done: 'Close',
  introduction:
    'The app writes into task chats as you. For that it needs an incoming webhook that you make in Bitrix24.',
  label: 'URL of your incoming webhook',
  placeholder: 'https://acme.bitrix24.com/rest/…',
  makeThere: (place: string) => `Incoming webhooks of ${place} are made on this page, under _Other_.`,
  hint: 'In Bitrix24: Applications, Developer resources, Common use cases, Other, Inbound webhook. Give it the permissions task, tasks and im, save, and copy the URL. It is a password: it is stored encrypted and used only on your behalf.',
  linked: ({ name, portal }: { name: SafeText; portal: SafeText }) => `Connected as ${name} on ${portal}.`,
  resumed: (count: number) => `${countEnglish(count, messages)} will now be sent.`,
  cancelledByLink: (count: number) =>
    `${countEnglish(count, messages)} will not be sent, because ${count === 1 ? 'it was' : 'they were'} written as another Bitrix24 user. Each gets its own reply.`,
  noSearch:
    'Tasks cannot be searched, because the permission `task` is missing. Name them by number or by link, or give it in Bitrix24; nothing else is needed then.',
  noChats:
    'The permission `im` is missing. With it files go along, and after a lost answer the app looks into the chat of the task whether your message arrived. Give it to your webhook in Bitrix24, or have your administrator give it to the application, and then check with `/b24task doctor`.',
  permissions:
    'The app asks for the permissions `task` and `tasks`, to find tasks and to write, and for `im`, so that files go along and the app can look whether a message arrived. `im` opens all of your chats in Bitrix24; the app uses those of the tasks that you name.',
  nowWrite: 'Now write `/b24task 51 your message` in any channel.',
  checking: 'The portal is being asked and takes its time. The result appears here.',
  refused: (problem: string) => `*Not connected.* ${problem}`,
  notLinked: 'You are not connected to Bitrix24.',
  askUnlink: (count: number) =>
    `*Disconnect Bitrix24?* You have ${countEnglish(count, messages)}; after that ${count === 1 ? 'it' : 'they'} will not be sent.`,
  unlinked:
    'Disconnected: the app has deleted your access. If you made a webhook for it, that still exists in Bitrix24; delete it there if nothing else uses it.',
  nothingToUnlink: 'You are not connected to Bitrix24; there is nothing to disconnect.',
  cancelledByUnlink: (count: number) => `${countEnglish(count, messages)} will not be sent.`,
  stayedLinked: 'You stay connected; nothing was changed.',
};

/** The answer to `/b24task status`. */
export const status = {
  linked: ({ name, portal, since }: { name: SafeText; portal: SafeText; since: SafeText }) =>
    `Connected as ${name} on ${portal}, since ${since}.`,
  connectionBroken: (count: number) =>
    `*Your connection does not work*, and ${countEnglish(count, { one: 'message waits', other: 'messages wait' })} for it.`,
  nothingWaits: 'Nothing is waiting to be sent.',
  waiting: (count: number) => `*${countEnglish(count, messages)}:*`,
  item: ({ task, at, why }: { task: ShownTask; at: SafeText; why: string }) =>
    `To ${task.link(`task ${task.number}`)}${task.title ? ` “${task.title}”` : ''}, written ${at}. ${why}`,
  sending: 'It is being sent this moment.',
  mayHaveArrived: 'It may have arrived already; the app is finding out.',
  nextTry: (at: SafeText) => `Next try: ${at}.`,
  until: (at: SafeText) => `Kept until ${at}.`,
  more: (count: number) => `And ${count} more.`,
};
