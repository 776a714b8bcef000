import type { AcceptFailure, LinkFailure, PortalFailure, RefusedPart } from '../../domain/failure.ts';
import { listEnglish } from '../list.ts';
import { countEnglish } from '../plural.ts';
import type { FailureFacts, Particular, SafeText } from '../shown.ts';
import { certificateIs } from './certificate.ts';

const permissions = (scopes: readonly SafeText[] = []) =>
  `${scopes.length === 1 ? 'the permission' : 'the permissions'} ${listEnglish(scopes)}`;
const coded = ({ code }: FailureFacts) => (code ? ` (${code})` : '');
const httpStatus = ({ status }: FailureFacts) => (status ? ` (HTTP ${status})` : '');

const onlyHttps = ({ portal, movedTo }: FailureFacts) =>
  `${portal} accepts https addresses only${movedTo ? `, at ${movedTo}` : ''}`;

const parts: Record<RefusedPart, string> = {
  task: 'the number of the task',
  text: 'the text of the message',
  chat: 'the message, most likely because the task has no chat yet',
};

/** What happened at the portal, as a whole sentence. */
export const happened: Record<PortalFailure['kind'], (facts: FailureFacts) => string> = {
  'invalid-request': (facts) =>
    `${facts.portal} did not accept ${facts.part ? parts[facts.part] : 'the request'}${facts.field ? ` because of the field ${facts.field}` : ''}${coded(facts)}.`,
  'no-access': ({ portal, task }) =>
    `${task ? `There is no task ${task} on ${portal}` : `There is no such task on ${portal}`}, or you have no access to it; Bitrix24 does not say which.`,
  'credential-rejected': ({ portal, orRights }) =>
    orRights
      ? `${portal} no longer accepts your connection, or you lack the rights there; Bitrix24 does not say which.`
      : `${portal} no longer accepts your connection.`,
  'token-expired': ({ portal }) => `Your access to ${portal} has expired.`,
  'authorisation-unavailable': ({ portal }) => `${portal} cannot check anybody's access right now.`,
  'missing-scope': ({ scopes }) => `Your connection lacks ${permissions(scopes)}.`,
  'app-not-allowed': ({ portal }) => `${portal} does not let you use this application.`,
  'application-gone': ({ portal }) =>
    `The application that this app needs on ${portal} is not there any more, or its secret is wrong.`,
  plan: ({ portal }) => `The Bitrix24 plan of ${portal} does not include the REST API.`,
  'portal-blocked': ({ portal }) => `Bitrix24 has blocked the REST API of ${portal} because of overload.`,
  'portal-closed': ({ portal }) =>
    `${portal} is closed. Where it is a server of your own, its administrator opens it with the switch “Temporary closure of the public part of the site” in the settings of the main module.`,
  'https-required': (facts) => `${onlyHttps(facts)}, and the webhook that you connected has http.`,
  'portal-too-old': ({ portal }) =>
    `${portal} cannot take messages into a task chat yet: that comes with the new task card (tasks 25.700.0).`,
  throttled: ({ portal }) => `${portal} is getting more requests than it takes at once.`,
  'method-throttled': ({ portal, until }) =>
    `${portal} takes no messages for tasks ${until ? `until ${until}` : 'for some minutes'}, because it had too many.`,
  unreachable: ({ portal }) => `${portal} cannot be reached.`,
  certificate: ({ portal, certificate }) => certificateIs(portal, certificate),
  'intermediary-refused': (facts) =>
    `Something in front of ${facts.portal}, such as a proxy or a firewall, refused the request${httpStatus(facts)}; Bitrix24 itself did not answer.`,
  'no-answer': ({ portal }) => `The connection to ${portal} broke off before an answer came.`,
  'unreadable-answer': ({ portal }) => `${portal} answered, but not as Bitrix24 does.`,
  'portal-fault': (facts) => `${facts.portal} reported a fault of its own${coded(facts)}.`,
  'not-posted': ({ portal, task }) =>
    `${portal} said that it was posted, but it is not in the chat${task ? ` of task ${task}` : ''}.`,
  moved: ({ portal, movedTo }) => `${portal} has moved to ${movedTo ?? 'another address'}.`,
  unexpected: (facts) =>
    `${facts.portal} answered with something unexpected${coded(facts)}${facts.status ? `, HTTP ${facts.status}` : ''}.`,
};

/** What is said in the same words after a webhook's URL and after OAuth. */
const withAnyLink = {
  'https-required': (facts: FailureFacts) => `${onlyHttps(facts)}.`,
  'portal-too-old': ({ portal }: FailureFacts) => `${portal} is too old for this app (tasks 25.700.0 is needed).`,
  'method-throttled': ({ portal, until }: FailureFacts) =>
    `${portal} answers no requests of this kind ${until ? `until ${until}` : 'for some minutes'}.`,
  'no-answer': ({ portal }: FailureFacts) => `${portal} did not answer.`,
};

/** What happened, for people who connect or ask the doctor. `happened` would speak of a message, task or link there. */
export const particularHappened = {
  doctor: {
    'no-access': ({ portal }) => `${portal} gives your connection no access.`,
  },
  webhook: {
    ...withAnyLink,
    'no-access': ({ portal }) => `${portal} gives this webhook no access.`,
    'credential-rejected': ({ portal, orRights }) =>
      orRights
        ? `${portal} does not accept this webhook: the URL is incomplete, the webhook was deleted, or its owner lacks the rights.`
        : `${portal} does not know this webhook: the URL is incomplete, or the webhook was deleted.`,
    'token-expired': ({ portal }) => `This webhook of ${portal} has expired.`,
    'authorisation-unavailable': ({ portal }) => `${portal} cannot check webhooks right now.`,
    'missing-scope': ({ scopes }) => `This webhook lacks ${permissions(scopes)}.`,
    plan: ({ portal }) => `The Bitrix24 plan of ${portal} does not include webhooks.`,
    'intermediary-refused': (facts) =>
      `Something in front of ${facts.portal}, such as a proxy or a firewall, refused the request${httpStatus(facts)}.`,
  },
  consent: {
    ...withAnyLink,
    'no-access': ({ portal }) => `${portal} gave the app no access.`,
    'credential-rejected': ({ portal }) =>
      `What ${portal} gave the app is not valid any more: it lives for half a minute only.`,
    'token-expired': ({ portal }) => `The access to ${portal} has expired already.`,
    'authorisation-unavailable': () => 'The authorisation server of Bitrix24 did not answer.',
    'missing-scope': ({ scopes }) => `The application in Bitrix24 lacks ${permissions(scopes)}.`,
    'app-not-allowed': ({ portal }) => `${portal} does not let this app in, or not for you.`,
    plan: ({ portal }) => `The Bitrix24 plan of ${portal} does not include applications.`,
    'intermediary-refused': ({ portal }) =>
      `Something in front of ${portal}, such as a proxy or a firewall, refused the request.`,
    unexpected: (facts) => `Bitrix24 answered with something unexpected${coded(facts)}.`,
  },
} satisfies Particular<(facts: FailureFacts) => string>;

/** Why a message was not accepted, and what to do now. */
export const acceptFailures = {
  'not-linked':
    '*Nothing was sent:* you are not connected to Bitrix24 yet.\nConnect once; you then go on with your message.',
  'foreign-portal': ({ portal, linked }: { portal: SafeText; linked: SafeText }) =>
    `*Nothing was sent:* that task is on ${portal}, and you are connected to ${linked}.\nName a task of ${linked}, or connect to ${portal} with \`/b24task connect\`.`,
  'text-empty':
    '*Nothing was sent:* the message has no text that Bitrix24 could show.\nWrite some words after the number of the task.',
  'text-too-long': ({ parts, most, over }: { parts: number; most: number; over: number }) =>
    `*Nothing was sent:* the text is too long by ${countEnglish(over, { one: 'character', other: 'characters' })}: it would make ${parts} messages in Bitrix24, and at most ${most} go at once.\nCut that much, or send it in pieces.`,
  'too-many-waiting': (most: number) =>
    `*Nothing was sent:* ${most} messages of yours are waiting for that portal, and the app keeps no more.\nSend it when some have gone out, or take some back with \`/b24task status\`.`,
  'other-version-accepted':
    '*Nothing more was sent:* an earlier version of this form was taken already, and its own reply tells you how it went.\nTo send this version too, start again.',
  'storage-unavailable':
    '*Nothing was sent:* the app cannot store messages right now.\nSend it again in a minute; if that does not help, tell your administrator.',
  'storage-unconfirmed':
    '*Not confirmed:* it is not certain that your message was stored.\nIf it was, a second answer follows in a moment. If none comes, nothing was sent: then send it again.',
} satisfies Record<AcceptFailure['kind'], unknown>;

/** Why a webhook URL is refused before it is tried, and what to do now. Shown at its field as plain text. */
export const linkFailures: Record<LinkFailure['kind'], (facts: FailureFacts) => string> = {
  'not-a-webhook-url': () =>
    'This is not the URL of an incoming webhook. It looks like https://acme.bitrix24.com/rest/1/secret/ and is shown on the page of the webhook.',
  'several-urls': () => 'This is not one URL. Paste the URL of one webhook, and nothing else.',
  'portal-not-allowed': ({ portal }) =>
    `${portal} may not be connected here. Take a webhook of your company's portal, or ask your administrator to allow this one.`,
  'link-overtaken': () =>
    'This webhook was not connected: you disconnected, or connected otherwise, while it was being checked. See how it stands with /b24task status.',
  'portal-in-folder': ({ portal }) =>
    `On ${portal} Bitrix24 is in a folder, and this app works only with a Bitrix24 that has a host name to itself. Ask your Bitrix24 administrator to give it one, and paste the URL of a webhook made there.`,
};
