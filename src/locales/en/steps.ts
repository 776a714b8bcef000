import type { Remedy } from '../../domain/failure.ts';
import type { Particular, Situation } from '../shown.ts';

const newWebhook = 'Make a new one and paste its URL.';
const connectAgain = 'Go back to Slack and connect again with /b24task connect.';
const linkWithHttps = 'Connect again with `/b24task connect` and a webhook URL that begins with https.';
const checkLater = 'What you send meanwhile waits. Check again in a minute.';

/** The one next step, by remedy and by where it is read. */
export const steps: Record<Remedy, Record<Situation, string>> = {
  wait: {
    reply: 'You need not do anything about it.',
    doctor: checkLater,
    webhook: 'Try again in a minute.',
    consent: 'Wait a minute, then go back to Slack and connect again with /b24task connect.',
  },
  'check-task': {
    reply: 'Check the number, or ask somebody in that task to add you; then send the message again.',
    doctor: ask('about it').doctor,
    webhook: newWebhook,
    consent: connectAgain,
  },
  'check-number': {
    ...resend('Check the number of the task; if it is right, open the task once in Bitrix24'),
    webhook: newWebhook,
    consent: connectAgain,
  },
  'change-text': {
    ...resend('Change the text of the message'),
    webhook: newWebhook,
    consent: connectAgain,
  },
  'open-chat': {
    ...resend('Open the task once in Bitrix24, which makes its chat'),
    webhook: newWebhook,
    consent: connectAgain,
  },
  'link-again': {
    reply: 'Connect again with `/b24task connect`.',
    doctor: 'Connect again with `/b24task connect`.',
    webhook: newWebhook,
    consent: connectAgain,
  },
  'link-with-https': {
    reply: linkWithHttps,
    doctor: linkWithHttps,
    webhook: 'Paste the URL beginning with https.',
    consent: connectAgain,
  },
  'link-at-new-address': {
    reply: 'Connect again at the new address with `/b24task connect`.',
    doctor: 'Make an incoming webhook at the new address and connect again with `/b24task connect`.',
    webhook: 'Make a webhook there and paste its URL.',
    consent: 'Go back to Slack and connect with the new address: /b24task connect.',
  },
  'add-permissions': {
    reply:
      'Give the webhook the permissions `task` and `tasks`, or have your administrator give them to the application; then press _Try now_, or connect again with `/b24task connect`.',
    doctor: 'Connect again with `/b24task connect`.',
    webhook: 'Add what is missing in Bitrix24, save, and connect again.',
    consent: ask('to add what is missing to the application').consent,
  },
  'mend-certificate': {
    reply: 'Tell your administrator. The message goes out by itself once that is mended.',
    doctor:
      'What you send meanwhile waits. Tell the administrator of the portal; where it has an authority of its own, the administrator of the app can have the app trust it.',
    webhook: 'Ask your administrator about it, then connect again.',
    consent: ask('about it').consent,
  },
  report: {
    reply: 'This is a mistake of the app and not of your message: show this text to your administrator.',
    doctor: 'Show this to the administrator of the app.',
    webhook: 'Tell your administrator.',
    consent: ask('about it').consent,
  },
  'ask-administrator': ask('about it'),
  'ask-to-allow': ask('to allow it for you'),
  'ask-to-mend-application': {
    ...ask('to put the application back, or to give the administrator of this app its right secret'),
    reply:
      'Ask your Bitrix24 administrator to put the application back, or to give the administrator of this app its right secret. Then press _Try now_, or wait: it is looked for now and then.',
  },
  'ask-to-update': ask('to update the portal'),
  'ask-support': {
    ...ask('to write to Bitrix24 support'),
    reply: 'Ask your Bitrix24 administrator to write to Bitrix24 support; once it is lifted, send the message again.',
  },
};

/** Next steps for one kind of failure, where that of its remedy would help less. */
export const particularSteps = {
  reply: {
    'credential-rejected': 'Connect again with `/b24task connect`, and with a new incoming webhook if you used one.',
    'intermediary-refused':
      'It may be the text of the message or its size: change or shorten it and send it again. If that does not help, ask your administrator.',
  },
  doctor: {
    unreachable: `${checkLater} If it stays so, ask your Bitrix24 administrator whether the portal is down.`,
    'unreadable-answer': `${checkLater} If it stays so, ask your Bitrix24 administrator about it.`,
    'portal-fault': `${checkLater} If it stays so, ask your Bitrix24 administrator about it.`,
  },
  webhook: {
    'credential-rejected': 'Copy the whole URL from Bitrix24 again.',
    'method-throttled': 'Try again then.',
    unreachable: 'Check the address; if it is right, try again in a minute.',
    'intermediary-refused': 'Check the address; if it is right, ask your administrator.',
    'unreadable-answer': 'Check the address; if it is right, ask your Bitrix24 administrator.',
    unexpected: 'Check the address.',
  },
  consent: {
    'unreadable-answer': steps['ask-administrator'].consent,
    unexpected: steps.wait.consent,
  },
} satisfies Particular<string>;

function resend(first: string): Pick<Record<Situation, string>, 'reply' | 'doctor'> {
  return { reply: `${first}, then send the message again.`, doctor: `${first}.` };
}

function ask(about: string): Record<Situation, string> {
  const asked = `Ask your Bitrix24 administrator ${about}`;
  return {
    reply: `${asked}, then send the message again.`,
    doctor: `${asked}.`,
    webhook: `${asked}.`,
    consent: `${asked}, then connect again with /b24task connect in Slack.`,
  };
}
