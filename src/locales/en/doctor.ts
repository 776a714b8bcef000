import { listEnglish } from '../list.ts';
import { countEnglish } from '../plural.ts';
import type { SafeText } from '../shown.ts';

/** The answer to `/b24task doctor`: one line for each thing, OK or what to do. */
export const doctor = {
  names: {
    slackToken: 'Slack, access',
    slackScopes: 'Slack, permissions',
    storage: 'Storage',
    link: 'Your connection to Bitrix24',
    portal: 'Portal',
    credential: 'Access to the portal',
    scopes: 'Permissions in Bitrix24',
    'task-chat': 'Chats of tasks (new task card)',
    parked: 'Waiting messages',
    key: 'Protection against doubles',
    pacing: 'Room for requests',
  },
  allFine: '*Everything works.*',
  toMend: (count: number) => `*${countEnglish(count, { one: 'thing needs', other: 'things need' })} mending:*`,
  fine: (name: string, detail?: string) => `${name}: *OK*${detail === undefined ? '' : `, ${detail}`}`,
  wrong: (name: string, what: string) => `${name}: *not OK.* ${what}`,
  unknown: (name: string, what: string) => `${name}: *not known yet.* ${what}`,
  unavailable: (name: string, what: string) => `${name}: *not available.* ${what}`,
  unchecked: (names: readonly string[]) => `*Not checked*, because the rest comes first: ${names.join('; ')}.`,
  tokenRefused: (code: SafeText) =>
    `Slack does not accept the token of the app (${code}). Ask the administrator of the app to install it again.`,
  slackSilent: 'Slack did not answer the app. Check again in a minute.',
  scopesUntold: 'Slack did not name them.',
  slackScopesMissing: (scopes: readonly SafeText[]) =>
    `The app lacks ${listEnglish(scopes)}. Ask the administrator of the app to install it again with its current manifest.`,
  slackScopesWithout: (name: string, scopes: readonly SafeText[]) =>
    `${name}: *OK*, without the optional ${listEnglish(scopes)}: what needs ${scopes.length === 1 ? 'it' : 'them'} says so where you would use it.`,
  noStorage:
    'The app cannot reach its storage, so nothing can be sent. Check again in a minute; if it stays so, tell the administrator of the app.',
  linked: (name: SafeText) => `you are ${name}`,
  notLinked: 'You are not connected. Connect with `/b24task connect`.',
  scopesMissing: (scopes: readonly SafeText[]) =>
    `${listEnglish(scopes)} ${scopes.length === 1 ? 'is' : 'are'} missing. Give your webhook \`task\`, \`tasks\` and \`im\` in Bitrix24 and connect again with \`/b24task connect\`; where you connected without a webhook, ask the administrator of the app.`,
  cardOff: (portal: SafeText) =>
    `${portal} refuses you the chats of tasks; the new task card seems to be off there. Ask your Bitrix24 administrator to switch it on.`,
  connectionRejected: (portal: SafeText) => `${portal} no longer accepts your connection.`,
  addressRefused: (portal: SafeText) =>
    `The app may not connect to ${portal}: its administrator allows other portals only, or that name leads to an address that is not public. What you send meanwhile waits. Tell the administrator of the app, who allows portals with \`BITRIX24_PORTALS\`.`,
  parked: (count: number) =>
    `${countEnglish(count, { one: 'message waits', other: 'messages wait' })} for your connection to work, or for a new one.`,
  released: (count: number) =>
    `your connection works, so ${countEnglish(count, { one: 'message that waited for it goes', other: 'messages that waited for it go' })} out now`,
  keyUnseen: 'The first message that is delivered shows it.',
  keyIgnored:
    'This portal does not recognise a repeated request. So when an answer gets lost, the app does not send again, but tells you that it is not certain. An update of Bitrix24 may bring it.',
  room: ({ left, burst, perSecond }: { left: number; burst: number; perSecond: number }) =>
    `${left} of ${burst} at once, and ${perSecond} more each second`,
  noRoom: (name: string) =>
    `${name}: *all taken this moment.* Messages wait for some seconds and go out by themselves; you need not do anything.`,
};
