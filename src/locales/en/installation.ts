import type { SafeText } from '../shown.ts';
import type { PageText } from './connect.ts';

/** Installing the app to a workspace, in the browser. */
export const installation = {
  begin: {
    heading: 'Add Bitrix24 tasks to Slack',
    paragraphs: [
      'The app puts what people write in Slack into the chat of a Bitrix24 task, under their own names.',
      'Slack now asks for your consent. After that, everybody in the workspace can connect their own Bitrix24 account.',
    ],
  },
  addToSlack: 'Add to Slack',
  installed: (name: SafeText): PageText => ({
    heading: `Installed in ${name}`,
    paragraphs: [
      'Everybody there connects their own Bitrix24 account once, with /b24task connect. /b24task help shows the rest.',
    ],
  }),
  openSlack: 'Open Slack',
  again: 'Start again',
  cancelled: { heading: 'Not installed', paragraphs: ['You did not agree on the page of Slack. Nothing was changed.'] },
  stale: {
    heading: 'This link is not valid',
    paragraphs: [
      'This attempt to install was used already, is older than ten minutes, or was begun in another browser. It changed nothing; if you were told before that the app is installed, it is.',
      'Start again in this browser; it must take cookies. If somebody sent you this link, close this page.',
    ],
  },
  busy: {
    heading: 'Not installed',
    paragraphs: ['Too many people are installing this app right now. Nothing was changed. Start again in a minute.'],
  },
  teamRefused: (name: SafeText): PageText => ({
    heading: 'Not installed',
    paragraphs: [
      `Whoever runs this app has not allowed ${name} to use it. The app was taken out of Slack again.`,
      'Ask them to allow it, then start again.',
    ],
  }),
  broken: (reference: SafeText): PageText => ({
    heading: 'Not installed',
    paragraphs: [
      'Slack did not confirm the installation, or the app could not store it. Start again in a minute.',
      `If it stays so, tell whoever runs this app this reference: ${reference}`,
    ],
  }),
};

/** Why somebody may not use the app: the answer to every interaction. */
export const accessDenied = {
  team: '*Nothing was sent or changed:* whoever runs this app has not allowed this workspace to use it. Ask your administrator about it.',
  'not-installed':
    '*Nothing was sent or changed:* the app is not installed in this workspace any more, or not yet. Ask your Slack administrator to install it.',
  deactivated: '*Nothing was sent or changed:* your Slack account is deactivated.',
  guest: '*Nothing was sent or changed:* guests may not use this app here. Ask your administrator to allow it.',
  foreign:
    '*Nothing was sent or changed:* people of other organisations may not use this app here. Ask the administrator of this workspace to allow it.',
  'app-refused':
    '*Nothing was sent or changed:* Slack does not accept this app any more: its token is no longer valid, or lacks a permission. Tell whoever runs it; `/b24task doctor` shows what Slack says.',
  unverified:
    '*Nothing was sent or changed:* Slack does not tell the app right now who you are. Try again in a minute.',
};
