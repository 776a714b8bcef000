import type { LinkFailure, PortalFailure } from '../../domain/failure.ts';
import { listEnglish } from '../list.ts';
import { countEnglish } from '../plural.ts';
import type { FailureFacts, SafeText } from '../shown.ts';
import { certificateIs } from './certificate.ts';

const coded = ({ code }: FailureFacts) => (code ? ` (${code})` : '');
const startAnew = 'Go back to Slack and connect again with /b24task link.';
const later = 'Wait a minute, then go back to Slack and connect again with /b24task link.';
const administrator = 'Ask your Bitrix24 administrator about it, then connect again with /b24task link in Slack.';

/** Connecting by consent, in Slack. */
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
  gone: '*There is nothing to confirm any more:* this question was answered already, is too old, or got too many wrong numbers. `/b24task status` shows whether you are linked, and `/b24task link` starts anew.',
  declined: '*Nothing was connected.* What Bitrix24 gave the app is deleted.',
  notAnAddress: 'This is not the address of a portal. It looks like acme.bitrix24.com.',
  portalNotAllowed: (portal: SafeText) =>
    `${portal} may not be connected here. Take your company's portal, or ask your administrator to allow this one.`,
};

/** A page in the browser: its heading, and paragraphs below it. */
export type PageText = { readonly heading: string; readonly paragraphs: readonly string[] };

/** Connecting by consent, in the browser. */
export const pages = {
  product: 'Slack and Bitrix24',
  setOut: (portal: SafeText): PageText => ({
    heading: 'Connect Slack with Bitrix24',
    paragraphs: [
      `On the next page ${portal} asks whether this app may work with your tasks. If you agree, what you send from Slack appears in task chats under your name.`,
      'Go on only if you pressed the button in Slack yourself. If somebody sent you this link, close this page.',
    ],
  }),
  setOutLink: (portal: SafeText) => `Continue to ${portal}`,
  confirmInSlack: ({ name, portal }: { name: SafeText; portal: SafeText }): PageText => ({
    heading: 'Now confirm in Slack',
    paragraphs: [
      `You agreed as ${name} on ${portal}. Nothing is connected yet: go back to Slack, where the app asks you for this number.`,
    ],
  }),
  number: 'Your number',
  keepNumber: 'Enter it in Slack yourself, and give it to nobody. After that you can close this page.',
  openSlack: 'Open Slack',
  linkNotValid: {
    heading: 'This link is not valid',
    paragraphs: [
      'It is incomplete, older than ten minutes, or was used already.',
      'If Slack asks you to confirm, answer there. Otherwise connect again with /b24task link in Slack.',
    ],
  },
  otherBrowser: {
    heading: 'Opened in another browser',
    paragraphs: [
      'This page must open in the browser in which you began to connect, and that browser must take cookies. Nothing was connected.',
      'If you did not begin anything, close this page. If you did, connect again with /b24task link in Slack.',
    ],
  },
  notTold: {
    heading: 'Slack did not take the question',
    paragraphs: ['The app could not ask you in Slack whether this account is yours. Nothing was connected.', later],
  },
  failed: 'Not connected',
  broken: (reference: SafeText): PageText => ({
    heading: 'Something in the app went wrong',
    paragraphs: [
      `Nothing was connected. ${later}`,
      `If it stays so, tell your administrator this reference: ${reference}`,
    ],
  }),
};

/** Why a consent did not lead to a connection: what happened, and the next step. */
export const connectFailures: Record<
  PortalFailure['kind'] | LinkFailure['kind'],
  (facts: FailureFacts) => readonly [string, string]
> = {
  'not-a-webhook-url': () => ['That is not the address of a portal.', startAnew],
  'portal-not-allowed': ({ portal }) => [
    `The answer came for another portal than the one you chose, or the portal may not be connected here (${portal}).`,
    startAnew,
  ],
  'portal-in-folder': ({ portal }) => [
    `On ${portal} Bitrix24 is in a folder, and this app works only with a Bitrix24 that has a host name to itself.`,
    'Ask your Bitrix24 administrator to give it one, then connect again with /b24task link in Slack.',
  ],
  'invalid-request': (facts) => [`${facts.portal} did not accept the request${coded(facts)}.`, administrator],
  'no-access': ({ portal }) => [`${portal} gave the app no access.`, startAnew],
  'credential-rejected': ({ portal }) => [
    `What ${portal} gave the app is not valid any more: it lives for half a minute only.`,
    startAnew,
  ],
  'token-expired': ({ portal }) => [`The access to ${portal} has expired already.`, startAnew],
  'authorisation-unavailable': () => ['The authorisation server of Bitrix24 did not answer.', later],
  'missing-scope': ({ scopes = [] }) => [
    `The application in Bitrix24 lacks ${scopes.length === 1 ? 'the permission' : 'the permissions'} ${listEnglish(scopes)}.`,
    'Ask your Bitrix24 administrator to add what is missing to the application, then connect again with /b24task link in Slack.',
  ],
  'app-not-allowed': ({ portal }) => [`${portal} does not let this app in, or not for you.`, administrator],
  plan: ({ portal }) => [`The Bitrix24 plan of ${portal} does not include applications.`, administrator],
  'portal-blocked': ({ portal }) => [
    `Bitrix24 has blocked the REST API of ${portal} because of overload.`,
    administrator,
  ],
  'portal-closed': ({ portal }) => [`${portal} is closed.`, administrator],
  'https-required': ({ portal }) => [`${portal} accepts https addresses only.`, startAnew],
  'portal-too-old': ({ portal }) => [
    `${portal} is too old for this app (tasks 25.700.0 is needed).`,
    'Ask your Bitrix24 administrator to update it.',
  ],
  throttled: ({ portal }) => [`${portal} is getting more requests than it takes at once.`, later],
  'method-throttled': ({ portal }) => [`${portal} answers no such requests for some minutes.`, later],
  unreachable: ({ portal }) => [`${portal} cannot be reached.`, later],
  certificate: ({ portal, certificate }) => [certificateIs(portal, certificate), administrator],
  'intermediary-refused': ({ portal }) => [
    `Something in front of ${portal}, such as a proxy or a firewall, refused the request.`,
    administrator,
  ],
  'no-answer': ({ portal }) => [`${portal} did not answer.`, later],
  'unreadable-answer': ({ portal }) => [`${portal} answered, but not as Bitrix24 does.`, administrator],
  'portal-fault': (facts) => [`${facts.portal} reported a fault of its own${coded(facts)}.`, later],
  moved: ({ portal, movedTo }) => [
    `${portal} has moved to ${movedTo ?? 'another address'}.`,
    'Go back to Slack and connect with the new address: /b24task link.',
  ],
  unexpected: (facts) => [`Bitrix24 answered with something unexpected${coded(facts)}.`, later],
};
