import { countEnglish } from '../plural.ts';
import type { SafeText, ShownTask } from '../shown.ts';
import { troubles } from './search-troubles.ts';

const withTitle = (task: ShownTask) => `${task.link(`task ${task.number}`)}${task.title ? ` “${task.title}”` : ''}`;

const posts = { one: 'post', other: 'posts' };
const characters = { one: 'more character', other: 'more characters' };

/** The form in which a message is written or passed on, and its suggestions of tasks. */
export const compose = {
  title: 'Send to Bitrix24 task',
  submit: 'Send',
  close: 'Cancel',
  loading: 'One moment: the window is being prepared.',
  sending: 'The message is being handed over and this takes its time. The result appears here.',
  accepted: 'Your message was taken. The reply about it follows in Slack.',
  linkFirst:
    'To send this, connect to Bitrix24 first: the app writes into task chats as you, and for that it needs an incoming webhook that you make in Bitrix24. After that you go on here with your message.',
  notOpened:
    '*Nothing was sent:* the window could not be opened, because Slack did not take it in time. Please try once more.',
  notFilled:
    '*The window could not be shown:* Slack did not take it. Nothing was sent. Close the window and please try once more.',
  task: 'Task',
  taskPlaceholder: 'Title, number or a pasted link',
  message: 'Message',
  messagePlaceholder: 'Write to the chat of the task',
  comment: 'Your comment',
  commentPlaceholder: 'Stands above the message',
  /** Quotes the words of Slack's clients. */
  untouchedMention:
    'Should Slack say “We had some trouble connecting”, change any character: some versions of Slack do not send a name that nobody has touched.',
  link: 'Link',
  withLink: 'With a link to the message in Slack',
  withLinkDetail: 'Only people who can see it in Slack can open it.',
  announce: {
    label: 'Readers in Slack',
    hint: 'Once the message has arrived. The app has to be a member there.',
    reaction: 'Mark the message with a check mark',
    reply: 'Say in its thread that it was sent, to which task and by whom',
  },
  /** The choice between a message and its whole thread. */
  thread: {
    label: 'What to send',
    message: 'This message',
    whole: (count: number) => `The whole thread (${countEnglish(count, posts)})`,
    noScope: (scope: string) =>
      `To send the whole thread, the app needs the permission \`${scope}\`: an administrator adds it to the Slack app and installs the app again.`,
    later: (seconds: number) =>
      `To send the whole thread, open this window again in ${countEnglish(seconds, { one: 'second', other: 'seconds' })}: Slack lets the app read no more until then.`,
    notNow: {
      reading: 'The whole thread can be chosen in a moment: it is being read.',
      direct: 'The app cannot read direct messages: send the posts of this thread one by one.',
      outside: 'To send the whole thread, invite the app into this conversation and open this window again.',
      limited:
        'Slack shows this app only a few posts a minute, and this thread has more: send the ones that matter one by one.',
      'too-many': 'This thread is too long to be sent as a whole: send the posts that matter one by one.',
      refused: 'Slack does not let the app read this thread: send its posts one by one.',
      'no-answer':
        'Slack did not answer when the app wanted to read this thread. To send all of it, open this window again.',
    },
    leftOut: (count: number) =>
      `The thread is too long for one go: the first post and the newest ones are sent, ${countEnglish(count, posts)} between them ${count === 1 ? 'is' : 'are'} left out.`,
    grown: ({ added, leftOut }: { added: number; leftOut: number }) =>
      `The thread had grown: ${countEnglish(added, { one: 'newer post was', other: 'newer posts were' })} taken along.${leftOut > 0 ? ` ${countEnglish(leftOut, posts)} after the first one did not fit.` : ''}`,
    unknown:
      'The thread was taken as you saw it in the window. Slack did not tell in time whether anything was added to it since.',
  },
  preview: '*The message as it arrives:*',
  previewEmpty:
    '*Nothing of this message can be read outside of Slack*, so it is not sent alone. Write something above: it goes out with who wrote the message, and when.',
  previewCut: (count: number) =>
    `Shown is the beginning; ${countEnglish(count, characters)} ${count === 1 ? 'is' : 'are'} sent as well.`,
  parts: (parts: number) => `It is long and arrives as ${parts} numbered messages.`,
  tooLong: ({ parts, most }: { parts: number; most: number }) =>
    `*Too long to be sent:* it would make ${parts} messages in Bitrix24, and at most ${most} go at once.`,
  wholeText: ({ page, pages }: { page: number; pages: number }) =>
    `Your text${pages > 1 ? `, part ${page} of ${pages}` : ''}, to be copied and sent in pieces:`,
  postedAs: ({ name, portal }: { name: SafeText; portal: SafeText }) => `Posted as ${name} on ${portal}.`,
  saidBefore: '*Nothing was sent yet:* you sent the same a moment ago.',
  saidBeforeMore: ({ task, at }: { task: ShownTask; at: SafeText }) =>
    `It was for ${withTitle(task)}, ${at}. Press Send once more to send it again, or change it.`,
  errors: {
    noTask: 'Choose a task from the list.',
    noAccess: (task: number) =>
      `There is no task ${task}, or you have no access to it; Bitrix24 does not say which. Choose another one, or ask somebody in that task to add you.`,
    foreignPortal: ({ portal, linked }: { portal: SafeText; linked: SafeText }) =>
      `Nothing was sent: this window was opened for tasks of ${portal}, and you are connected to ${linked} now. Close it and start again.`,
    empty: 'Nothing was sent: there is no text that Bitrix24 could show. Write something here.',
    tooLong: ({ parts, most }: { parts: number; most: number }) =>
      `Nothing was sent: it would make ${parts} messages in Bitrix24, and at most ${most} go at once. Send it in pieces.`,
    tooMany: (most: number) =>
      `Nothing was sent: ${most} messages of yours are waiting for this portal, and the app keeps no more. Press Send again when some have gone out, or take some back with /b24task status.`,
    storage: 'Nothing was sent: the app cannot store messages right now. Press Send again in a minute.',
    unconfirmed:
      'Not confirmed: it is not certain that your message was stored. Press Send again: it cannot go out twice.',
    gone: 'Nothing was sent: this window is older than an hour, or many were opened after it, and the app does not keep messages longer. Copy your comment and start again from the message.',
  },
  suggestions: {
    thread: 'This thread went to',
    channel: 'Default of this channel',
    recent: 'You wrote to last',
    found: 'Newest activity first',
    unchecked: 'Could not be looked up',
    option: ({ task, title }: { task: number; title?: string }) => (title ? `${task} · ${title}` : `Task ${task}`),
    statuses: {
      pending: 'Pending',
      'in-progress': 'In progress',
      'awaiting-control': 'Awaiting review',
      completed: 'Completed',
      deferred: 'Deferred',
      declined: 'Declined',
      unknown: 'Status not known',
    },
  },
  /** Why the list may lack tasks: a heading and one line below it, each at most 75 characters. */
  notes: {
    troubles,
    none: (task: number) => ({
      heading: `No task ${task} for you`,
      line: 'There is none, or you have no access; Bitrix24 does not say which.',
    }),
    foreign: (linked: SafeText) => ({
      heading: 'That link is of another portal',
      line: `You are connected to ${linked}.`,
    }),
    notLinked: {
      heading: 'You are not connected to Bitrix24',
      line: 'Connect with /b24task connect, then search again.',
    },
    nothing: { heading: 'No task found', line: 'Try other words of the title, or the number.' },
  },
};

/** The default task of a channel. */
export const defaults = {
  /** Asked before a person's first message to the default task. */
  askFirst: (task: ShownTask) =>
    `*Nothing was sent yet:* it goes to ${withTitle(task)}, the default task of this channel. Send it there? From now on the app does so without asking.`,
  /** Added to other questions, when the text could also go to the default task. */
  elseThere: (task: ShownTask) => `Sent as a message, it goes to ${withTitle(task)}, the default task of this channel.`,
  set: (task: ShownTask) =>
    `The default task of this channel is now ${withTitle(task)}. \`/b24task your message\` sends to it, from everybody here who is connected.`,
  setUnchecked: (task: ShownTask) =>
    `The default task of this channel is now ${withTitle(task)}. The portal did not answer, so the app could not check whether there is such a task.`,
  shown: (task: ShownTask) =>
    `The default task of this channel is ${withTitle(task)}. \`/b24task default off\` takes it away.`,
  shownElsewhere: ({ task, portal }: { task: ShownTask; portal: SafeText }) =>
    `The default task of this channel is ${withTitle(task)} on ${portal}, where you are not connected.`,
  shownHidden: (task: ShownTask) =>
    `The default task of this channel is ${withTitle(task)}. You have no access to it, or it is gone; Bitrix24 does not say which.`,
  none: 'This channel has no default task. `/b24task default 51` makes task 51 the default.',
  cleared: 'This channel has no default task any more.',
  noAccess: ({ task, portal }: { task: number; portal: SafeText }) =>
    `*Nothing was changed:* there is no task ${task} on ${portal}, or you have no access to it; Bitrix24 does not say which. Check the number.`,
  adminsOnly:
    '*Nothing was changed:* only administrators of this Slack workspace may set default tasks. Ask one of them.',
  notLinked: '*Nothing was changed:* you are not connected to Bitrix24 yet. Connect once, then try again.',
  foreignPortal: ({ portal, linked }: { portal: SafeText; linked: SafeText }) =>
    `*Nothing was changed:* that task is on ${portal}, and you are connected to ${linked}. Name a task of ${linked}.`,
};
