import type { DeliveryState, Outcome } from '../../domain/delivery.ts';
import { countEnglish } from '../plural.ts';
import type { SafeText, ShownParts, ShownTask } from '../shown.ts';

const named = (task: ShownTask) => `${task.link(`task ${task.number}`)}${task.title ? ` “${task.title}”` : ''}`;
const gone = ({ delivered, parts }: ShownParts) =>
  `${delivered === 1 ? 'part 1' : `parts 1–${delivered}`} of ${parts} went out`;

/** What the sender reads about a delivery. */
export const replies = {
  sent: ({ task, parts }: { task: ShownTask; parts: number }) =>
    `Sent to ${named(task)}${parts <= 1 ? '' : ` in ${parts} parts`}.`,
  notSent: (task: ShownTask) => `*Not sent* to ${named(task)}.`,
  partlySent: ({ task, ...shown }: { task: ShownTask } & ShownParts) =>
    `*Only partly sent* to ${named(task)}: ${gone(shown)}, nothing after that.`,
  maybeSent: (task: ShownTask) => `*It is not certain* whether your message reached ${named(task)}.`,
  maybePartlySent: ({ task, delivered, parts }: { task: ShownTask } & ShownParts) =>
    `*It is not certain* how much of your message reached ${named(task)}: ${delivered > 0 ? `${gone({ delivered, parts })}, ` : ''}part ${delivered + 1} of ${parts} may have${delivered + 1 < parts ? ', nothing after that' : ''}.`,
  expired: 'It waited for 23 hours, and now it is too late.',
  sendAgainLater: 'Send it again when it is still needed.',
  interrupted: 'The app was interrupted while it was sending.',
  restored: 'The app was restored from a backup, and it may have been sent after that backup was made.',
  lookFirst: 'Look into the task before you send it again: the message may then be there twice.',
  cancelled: {
    sender: 'You took it back.',
    unlink: 'You disconnected Bitrix24 while it was waiting. To send it after all, connect and send it again.',
    administrator: 'An administrator of this app took it back. Ask them why before you send it again.',
    relink:
      'It was written as another Bitrix24 user than the one you are connected as now. Send it again to send it as that one.',
  } satisfies Record<Extract<Outcome, { kind: 'cancelled' }>['by'], string>,
  notSentYet: (task: ShownTask) => `*Not sent yet* to ${named(task)}.`,
  notConfirmedYet: (task: ShownTask) => `*Not confirmed yet:* your message to ${named(task)} may have arrived.`,
  beingSent: ({ task, portal }: { task: ShownTask; portal: SafeText }) =>
    `*Being sent* to ${named(task)}: ${portal} has not answered yet. The result follows.`,
  manyWait: (count: number) =>
    `*Not sent yet:* ${countEnglish(count, { one: 'message of yours is', other: 'messages of yours are' })} waiting. Each gets its own reply when it has ended; \`/b24task status\` shows them, with why they wait, and takes them back.`,
  waitsItsTurn: 'It is waiting for its turn.',
  nextTry: (at: SafeText) => `Next try: ${at}. You need not do anything.`,
  goesByItself: 'It goes out by itself. You need not do anything.',
  asksAgain: (at: SafeText | undefined) =>
    `The app asks the portal again${at ? ` (${at})` : ''}, in a way that cannot send it twice, and then tells you.`,
  chatScopeMissing:
    'With the permission `im` the app looks in the chat of the task itself: give it to your connection, and this question seldom comes up.',
  parked: (task: ShownTask) => `*Not sent yet:* your message to ${named(task)} is waiting for you.`,
  quoted: (excerpt: SafeText) => `“${excerpt}”`,
  details: (codes: string) => `For your administrator: ${codes}`,
  yourText: 'Your text, to be copied:',
  linkWorks: (released: number) =>
    released > 0
      ? `*Your connection works.* ${countEnglish(released, { one: 'message that waited for it goes', other: 'messages that waited for it go' })} out now; the results follow.`
      : '*Your connection works*, and nothing waits for it any more.',
  linkWorksNot: (why: string) => `*It does not work yet.* ${why}`,
  restWaits: 'What you send to that portal until then waits as well.',
  saidBefore: ({ task, at, state }: { task: ShownTask; at: SafeText; state: DeliveryState }) =>
    `*Nothing was sent yet:* you said the same to ${named(task)} a moment ago (${at}), and ${became[state]}. Send it once more?`,
  sending: (task: ShownTask) => `On its way to ${named(task)}. The result follows.`,
  sendingAgain: (task?: ShownTask) => `Sending it again${task ? ` to ${named(task)}` : ''}. The result follows.`,
  sentAgainAlready: 'It was sent again already; its own reply tells you how that went.',
  announced: ({ task, by }: { task: ShownTask; by: SafeText }) => `Sent to ${named(task)} by ${by}.`,
  announcedPerhaps: 'It is not certain whether the thread was told of it; the app does not say it there twice.',
  notAnnounced: {
    'no-member': 'Its readers in Slack were not told: the app is not in that conversation. In a channel, invite it.',
    'no-mark-scope':
      'Its readers in Slack were not told: the app lacks the permission `reactions:write`, which an administrator of Slack gives it.',
    'no-reply-scope':
      'Its readers in Slack were not told: the app lacks the permission `chat:write`, which an administrator of Slack gives it.',
    refused: 'Its readers in Slack were not told: Slack did not take that.',
  },
  textForgotten: '*Nothing was sent:* the text of that message is not kept any more. Write it again.',
  cancelledNow: 'Taken back: nothing more of it goes out. Its last reply follows.',
  tooLateToCancel: 'Too late to take it back: it is being sent this moment. The result follows.',
  cannotCancel: 'It cannot be taken back any more: it may have arrived already. The app finds out and tells you.',
  endedAlready: 'It has ended already; nothing is left to take back.',
  writtenElsewhere: ({ at, channel }: { at: SafeText; channel?: SafeText }) =>
    `This is about your message of ${at}${channel ? ` in ${channel}` : ''}.`,
  aboutThread: (at: SafeText) => `This is about the thread of ${at}.`,
};

const became: Record<DeliveryState, string> = {
  accepted: 'it is still on its way',
  sending: 'it is still on its way',
  delivered: 'it was delivered',
  refused: 'it was not delivered',
  unknown: 'it is not certain whether it arrived',
  expired: 'it was not delivered',
  cancelled: 'it was taken back',
};
