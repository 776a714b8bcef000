import type { LinkFailure } from '../../domain/failure.ts';
import { countEnglish } from '../plural.ts';
import type { FailureFacts, SafeText } from '../shown.ts';
import { steps } from './steps.ts';

/** Connecting by OAuth, in Slack. */
export const connect = {
  title: 'Connect with Bitrix24',
  button: 'Connect with Bitrix24',
  introduction:
    'The app writes into task chats as you. *Connect with Bitrix24* and agree there, or enter the URL of an incoming webhook that you make in Bitrix24.',
  askPortal: 'Which Bitrix24 do you work in?',
  portalLabel: 'Your Bitrix24',
  portalHint: 'Its address in the browser, for example acme.bitrix24.com.',
  portalPlaceholder: 'acme.bitrix24.com',
  next: 'Continue',
  close: 'Close',
  depart: (portal: SafeText) =>
    `*Agree on ${portal}, then come back.* This window then asks you to confirm who you are there.`,
  departOnce: 'The button works once and for ten minutes. It is for you alone: do not pass its address on.',
  open: 'Open Bitrix24',
  question: ({ name, portal }: { name: SafeText; portal: SafeText }) =>
    `*Connect as ${name} on ${portal}?* The app then writes into task chats as ${name}.`,
  onlyYours: 'If that is not you, or you did not start this yourself, press *Not me*: then nothing is connected.',
  numberLabel: 'Number in your browser',
  numberHint: 'The four digits on the page that your browser shows now. Never take them from somebody else.',
  confirm: 'Confirm',
  notMe: 'Not me',
  wrongNumber: (triesLeft: number) =>
    `That is not the number in your browser. You can try ${countEnglish(triesLeft, { one: 'more time', other: 'more times' })}.`,
  gone: '*There is nothing to confirm any more:* this question was answered already, is too old, or got too many wrong numbers. `/b24task status` shows whether you are connected, and `/b24task connect` starts anew.',
  declined: '*Nothing was connected.* What Bitrix24 gave the app is deleted.',
  notAnAddress: 'This is not the address of a portal. It looks like acme.bitrix24.com.',
  portalNotAllowed: (portal: SafeText) =>
    `${portal} may not be connected here. Take your company's portal, or ask your administrator to allow this one.`,
};

/** A page in the browser: its heading, and paragraphs below it. */
export type PageText = { readonly heading: string; readonly paragraphs: readonly string[] };

/** Connecting by OAuth, in the browser. */
export const pages = {
  product: 'b24task',
  startAuthorization: (portal: SafeText): PageText => ({
    heading: 'Connect Slack with Bitrix24',
    paragraphs: [
      `On the next page ${portal} asks whether this app may work with your tasks. If you agree, what you send from Slack appears in task chats under your name.`,
      'It may ask for your chats too: so that files go along, and the app can look whether a message arrived. Of those it uses the chats of the tasks that you name in Slack.',
      'Go on only if you pressed the button in Slack yourself. If somebody sent you this link, close this page.',
    ],
  }),
  authorizationLink: (portal: SafeText) => `Continue to ${portal}`,
  confirmInSlack: ({ name, portal }: { name: SafeText; portal: SafeText }): PageText => ({
    heading: 'Now confirm in Slack',
    paragraphs: [
      `You agreed as ${name} on ${portal}. Nothing is connected yet: go back to Slack, where the app asks you for this number.`,
    ],
  }),
  number: 'Your number',
  keepNumber: 'Enter it in Slack yourself, and give it to nobody. After that you can close this page.',
  openSlack: 'Open Slack',
  backToSlack: 'Back to Slack',
  linkNotValid: {
    heading: 'This link is not valid',
    paragraphs: [
      'It is incomplete, older than ten minutes, or was used already.',
      'If Slack asks you to confirm, answer there. Otherwise connect again with /b24task connect in Slack.',
    ],
  },
  otherBrowser: {
    heading: 'Opened in another browser',
    paragraphs: [
      'This page must open in the browser in which you began to connect, and that browser must take cookies. Nothing was connected.',
      'If you did not begin anything, close this page. If you did, connect again with /b24task connect in Slack.',
    ],
  },
  notTold: {
    heading: 'Slack did not take the question',
    paragraphs: [
      'The app could not ask you in Slack whether this account is yours. Nothing was connected.',
      steps.wait.consent,
    ],
  },
  failed: 'Not connected',
  broken: (reference: SafeText): PageText => ({
    heading: 'Something in the app went wrong',
    paragraphs: [
      `Nothing was connected. ${steps.wait.consent}`,
      `If it stays so, tell your administrator this reference: ${reference}`,
    ],
  }),
};

/** Why a portal cannot be connected by OAuth: what happened, and the next step. */
export const connectFailures: Record<LinkFailure['kind'], (facts: FailureFacts) => readonly [string, string]> = {
  'not-a-webhook-url': () => ['That is not the address of a portal.', steps['link-again'].consent],
  'several-urls': () => ['That is not one address.', steps['link-again'].consent],
  'portal-not-allowed': ({ portal }) => [
    `The answer came for another portal than the one you chose, or the portal may not be connected here (${portal}).`,
    steps['link-again'].consent,
  ],
  'link-overtaken': () => ['You disconnected, or connected otherwise, meanwhile.', steps['link-again'].consent],
  'portal-in-folder': ({ portal }) => [
    `On ${portal} Bitrix24 is in a folder, and this app works only with a Bitrix24 that has a host name to itself.`,
    'Ask your Bitrix24 administrator to give it one, then connect again with /b24task connect in Slack.',
  ],
};
