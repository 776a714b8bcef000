import type { PortalFailure } from '../../domain/failure.ts';
import type { SearchTrouble } from '../shown.ts';

const numberWorks = 'A number works as well.';
const slow: SearchTrouble = (portal) => ({
  heading: `${portal} does not answer right now`,
  line: `Only what the app knows is listed. ${numberWorks}`,
});
const relink: SearchTrouble = (portal) => ({
  heading: `${portal} no longer accepts your connection`,
  line: 'Connect again with /b24task connect, then search again.',
});
const refused: SearchTrouble = (portal) => ({
  heading: `${portal} does not let you search`,
  line: 'Type the number of the task, or ask your Bitrix24 administrator.',
});
const askAdministrator = `Ask your Bitrix24 administrator. ${numberWorks}`;

/** Why a search found no tasks, by the portal's failure. */
export const troubles: Record<PortalFailure['kind'], SearchTrouble> = {
  'invalid-request': refused,
  'no-access': refused,
  'credential-rejected': relink,
  'token-expired': relink,
  'authorisation-unavailable': slow,
  'missing-scope': () => ({
    heading: 'Your connection may not search for tasks',
    line: `Give it the permission task in Bitrix24. ${numberWorks}`,
  }),
  'app-not-allowed': (portal) => ({ heading: `${portal} does not let you use this app`, line: askAdministrator }),
  'application-gone': (portal) => ({
    heading: `The application of this app is gone from ${portal}`,
    line: askAdministrator,
  }),
  plan: (portal) => ({ heading: `The plan of ${portal} has no REST API`, line: askAdministrator }),
  'portal-blocked': (portal) => ({
    heading: `Bitrix24 has blocked the REST API of ${portal}`,
    line: 'Your Bitrix24 administrator can write to Bitrix24 support.',
  }),
  'portal-closed': (portal) => ({ heading: `${portal} is closed`, line: askAdministrator }),
  'https-required': (portal) => ({
    heading: `${portal} accepts https addresses only`,
    line: 'Connect again with https: /b24task connect. Then search again.',
  }),
  'portal-too-old': (portal) => ({ heading: `${portal} is too old for this search`, line: askAdministrator }),
  throttled: slow,
  'method-throttled': slow,
  unreachable: slow,
  certificate: (portal) => ({ heading: `The certificate of ${portal} is not accepted`, line: askAdministrator }),
  'intermediary-refused': (portal) => ({
    heading: `A proxy or firewall refused it before ${portal}`,
    line: askAdministrator,
  }),
  'no-answer': slow,
  'unreadable-answer': (portal) => ({
    heading: `${portal} answers, but not as Bitrix24`,
    line: askAdministrator,
  }),
  'portal-fault': (portal) => ({
    heading: `${portal} reported a fault of its own`,
    line: `Search again in a minute. ${numberWorks}`,
  }),
  'not-posted': refused,
  moved: (portal) => ({
    heading: `${portal} has another address now`,
    line: 'Connect again there with /b24task connect, then search again.',
  }),
  unexpected: refused,
};
