import type { SafeText } from '../shown.ts';

const usage =
  'Write `/b24task 51 your message`, with the number of the task or a link to it. `/b24task help` shows the rest.';

const defaultUsage = 'Write `/b24task default 51`, with the number of the task or a link to it.';

/** The words that `/b24task` understands, and its answers. */
export const commands = {
  /** The words for each subcommand, in small letters. Everybody may use the words of every language. */
  words: {
    help: ['help', '?'],
    status: ['status'],
    doctor: ['doctor'],
    connect: ['connect', 'link'],
    disconnect: ['disconnect', 'unlink', 'logout', 'signout'],
    default: ['default'],
    /** After `default`: removes the default task. */
    off: ['off'],
    language: ['language'],
    /** After `language`: follows Slack's setting again. */
    auto: ['auto'],
  },
  /** What people write before the number of a task, in small letters. */
  taskWords: ['task'],
  /** What people may type for this language; the first is its code. */
  languageNames: ['en', 'english', 'английский'],
  wrong: {
    'bad-number': {
      message: (word: SafeText) => `*Nothing was sent:* ${word} is not the number of a task. ${usage}`,
      default: (word: SafeText) => `*Nothing was changed:* ${word} is not the number of a task. ${defaultUsage}`,
    },
    'not-a-task-link': {
      message: `*Nothing was sent:* that link does not lead to a task. ${usage}`,
      default: `*Nothing was changed:* that link does not lead to a task. ${defaultUsage}`,
    },
  },
  nearly: (meant: SafeText) => `*Nothing was sent:* did you mean \`/b24task ${meant}\`?`,
  webhookUrl:
    '*Nothing was sent, and nothing of it was kept:* that text has a webhook URL in it, and such a URL is a password. Slack may have kept what you typed, so make a new webhook in Bitrix24, delete this one, and enter the new URL with `/b24task connect`.',
  help: [
    '*Write into the chat of a Bitrix24 task, as yourself*',
    'On a message: *More actions*, then *Send to Bitrix24 task*; in a thread you can send all of it. Slack does not offer commands in threads.',
    '`/b24task` opens a window in which you search the task and write',
    '`/b24task 51 your message` sends it to task 51; `#51` or a link to the task works as well',
    '`/b24task 51` shows task 51',
    '`/b24task your message` sends it to the default task of the channel',
    '`/b24task default 51` sets the default task of the channel, `default off` clears it, `default` shows it',
    '`/b24task connect` connects you to Bitrix24',
    '`/b24task disconnect` (or `logout`, `signout`) forgets that connection',
    '`/b24task status` shows who you are in Bitrix24 and what is waiting',
    '`/b24task doctor` checks everything between you and a task chat and says what to do',
    '`/b24task language ru` speaks Russian to you, `language en` English',
    '`/b24task help` shows this',
    'Everything that the app answers is visible to you only.',
  ].join('\n'),
  language: {
    chosen: 'From now on the app speaks English to you. `/b24task language auto` takes that back.',
    auto: 'You have chosen no language any more: the app speaks as it is set up, or as your Slack.',
    show: 'The app speaks English to you. `/b24task language ru` changes to Russian, `/b24task language en` keeps English, `/b24task language auto` leaves it to the settings of the app and of your Slack.',
  },
  late: '*Not confirmed:* this is taking longer than usual. If your message was stored, a second answer follows. If none comes within a minute, nothing was sent: then send it again.',
  lateOther: 'This is taking longer than usual. The answer follows.',
  broken: (reference: SafeText) =>
    `*Something in the app went wrong.* If your message was stored, a second answer follows; if none comes, nothing was sent. Tell your administrator this reference: \`${reference}\``,
  brokenOther: (reference: SafeText) =>
    `*Something in the app went wrong.* Try again; if it stays so, tell your administrator this reference: \`${reference}\``,
  brokenPlain: (reference: SafeText) =>
    `Something in the app went wrong. Try again; if it stays so, tell your administrator this reference: ${reference}`,
  viewNotOpened: '*The window could not be opened:* Slack did not take it in time. Please try once more.',
  viewRefused: (code: string) =>
    `*The window could not be opened:* Slack refused it (\`${code}\`). Nothing was sent. Please try once more; if it stays so, tell your administrator this word.`,
  unknownInteraction:
    '*Nothing was done:* this version of the app does not know that button or command. `/b24task help` shows what it knows.',
};
