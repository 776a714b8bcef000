import { describe, expect, it } from 'vitest';
import type { PortalFailure } from '../../src/domain/failure.ts';
import { locales } from '../../src/domain/locale.ts';
import { portalOriginOf } from '../../src/domain/portal.ts';
import { describeIn } from '../../src/locales/describe.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { type FailureFacts, markSafe, type Situation } from '../../src/locales/shown.ts';

const failures: { readonly [Kind in PortalFailure['kind']]: Extract<PortalFailure, { kind: Kind }> } = {
  'invalid-request': { kind: 'invalid-request', code: 'CODE' },
  'no-access': { kind: 'no-access' },
  'credential-rejected': { kind: 'credential-rejected' },
  'token-expired': { kind: 'token-expired' },
  'authorisation-unavailable': { kind: 'authorisation-unavailable' },
  'missing-scope': { kind: 'missing-scope', scopes: ['task'] },
  'app-not-allowed': { kind: 'app-not-allowed' },
  'application-gone': { kind: 'application-gone' },
  plan: { kind: 'plan' },
  'portal-blocked': { kind: 'portal-blocked' },
  'portal-closed': { kind: 'portal-closed' },
  'https-required': { kind: 'https-required' },
  'portal-too-old': { kind: 'portal-too-old' },
  throttled: { kind: 'throttled' },
  'method-throttled': { kind: 'method-throttled' },
  unreachable: { kind: 'unreachable' },
  certificate: { kind: 'certificate', problem: 'untrusted' },
  'intermediary-refused': { kind: 'intermediary-refused', status: 413 },
  'no-answer': { kind: 'no-answer' },
  'unreadable-answer': { kind: 'unreadable-answer' },
  'portal-fault': { kind: 'portal-fault', code: 'CODE' },
  'not-posted': { kind: 'not-posted' },
  moved: { kind: 'moved', to: portalOriginOf('https://new.bitrix24.com') ?? expect.unreachable() },
  unexpected: { kind: 'unexpected', code: 'CODE', status: 418 },
};
const facts: FailureFacts = {
  portal: markSafe('HOST'),
  scopes: [markSafe('task')],
  movedTo: markSafe('NEW'),
  status: 413,
};
const said = (situation: Situation, kind: PortalFailure['kind']) =>
  Object.values(describeIn(situation, failures[kind], facts, textsIn('en'))).join(' | ');

describe.each(locales)('the words for a portal failure in %s', (locale) => {
  const texts = textsIn(locale);
  const all = (situation: Situation) =>
    Object.values(failures).map((failure) => describeIn(situation, failure, facts, texts));

  it.each<Situation>(['reply', 'doctor', 'webhook', 'consent'])(
    'are whole sentences in every case: %s',
    (situation) => {
      const broken = all(situation)
        .flatMap(({ happened, step }) => [happened, step])
        .filter((text) => !/^\S.*\.$/.test(text) || /undefined|\[object| {2}/.test(text));
      expect(broken).toEqual([]);
    },
  );

  it.each<Situation>(['webhook', 'consent'])('have no marks of Slack where text is plain: %s', (situation) => {
    expect(all(situation).filter(({ happened, step }) => /[`*]/.test(happened + step))).toEqual([]);
  });

  it('send everybody whose browser did not connect back to Slack', () => {
    expect(all('consent').filter(({ step }) => !step.includes('/b24task connect'))).toEqual([]);
  });
});

describe('the words for a portal failure', () => {
  it.each<[Situation, PortalFailure['kind'], string]>([
    [
      'reply',
      'credential-rejected',
      'HOST no longer accepts your connection. | Connect again with `/b24task connect`, and with a new incoming webhook if you used one.',
    ],
    [
      'doctor',
      'credential-rejected',
      'HOST no longer accepts your connection. | Connect again with `/b24task connect`.',
    ],
    [
      'consent',
      'credential-rejected',
      'What HOST gave the app is not valid any more: it lives for half a minute only. | Go back to Slack and connect again with /b24task connect.',
    ],
    [
      'doctor',
      'unreachable',
      'HOST cannot be reached. | What you send meanwhile waits. Check again in a minute. If it stays so, ask your Bitrix24 administrator whether the portal is down.',
    ],
    [
      'consent',
      'unreachable',
      'HOST cannot be reached. | Wait a minute, then go back to Slack and connect again with /b24task connect.',
    ],
    [
      'consent',
      'portal-too-old',
      'HOST is too old for this app (tasks 25.700.0 is needed). | Ask your Bitrix24 administrator to update the portal, then connect again with /b24task connect in Slack.',
    ],
    [
      'consent',
      'unexpected',
      'Bitrix24 answered with something unexpected. | Wait a minute, then go back to Slack and connect again with /b24task connect.',
    ],
    [
      'reply',
      'certificate',
      'The certificate of HOST is not from an authority that this app trusts. | Tell your administrator. The message goes out by itself once that is mended.',
    ],
    [
      'consent',
      'certificate',
      'The certificate of HOST is not from an authority that this app trusts. | Ask your Bitrix24 administrator about it, then connect again with /b24task connect in Slack.',
    ],
    [
      'webhook',
      'intermediary-refused',
      'Something in front of HOST, such as a proxy or a firewall, refused the request (HTTP 413). | Check the address; if it is right, ask your administrator.',
    ],
    [
      'doctor',
      'intermediary-refused',
      'Something in front of HOST, such as a proxy or a firewall, refused the request (HTTP 413); Bitrix24 itself did not answer. | Ask your Bitrix24 administrator about it.',
    ],
    ['reply', 'unreadable-answer', 'HOST answered, but not as Bitrix24 does. | You need not do anything about it.'],
    [
      'webhook',
      'unreadable-answer',
      'HOST answered, but not as Bitrix24 does. | Check the address; if it is right, ask your Bitrix24 administrator.',
    ],
    [
      'doctor',
      'unreadable-answer',
      'HOST answered, but not as Bitrix24 does. | What you send meanwhile waits. Check again in a minute. If it stays so, ask your Bitrix24 administrator about it.',
    ],
  ])('are those of the situation: %s, %s', (situation, kind, expected) => {
    expect(said(situation, kind)).toBe(expected);
  });
});
