import type { types } from '@slack/bolt';
import type { Diagnosis, Finding } from '../../delivery/diagnose.ts';
import { type PortalFailure, ruleOf } from '../../domain/failure.ts';
import type { Identity } from '../../domain/identity.ts';
import type { Texts } from '../../locales/en.ts';
import type { TokenFinding } from '../web-api/token-check.ts';
import { button, context, type Message, section } from './blocks.ts';
import { describeFailure, showPortal } from './describe-failure.ts';
import { lackingSentences } from './link-messages.ts';
import { mrkdwn } from './mrkdwn.ts';
import { signs } from './reply.ts';

/** One line of the answer. */
type Line = {
  readonly text: string;
  /** Whether somebody has to do something about it. */
  readonly attention: boolean;
  /** Lets the person mend it at once. */
  readonly button?: types.Button;
  /** Comes after all others: it is about waiting messages. */
  readonly last?: true;
};

/** The doctor's answer: problems, each with its button; then what is in order, in small print; then waiting messages. */
export function doctorMessage(slack: TokenFinding, { identity, findings }: Diagnosis, texts: Texts): Message {
  const lines = [...slackLines(slack, texts), ...findings.map((finding) => lineFor(finding, identity, texts))];
  const problems = lines.filter(({ attention, last }) => attention && !last);
  const rest = lines.filter(({ attention, last }) => !attention && !last);
  const waiting = lines.filter(({ last }) => last);
  const wrong = problems.length + waiting.filter(({ attention }) => attention).length;
  const headline = wrong === 0 ? texts.doctor.allFine : texts.doctor.toMend(wrong);
  return {
    text: [headline, ...[...problems, ...rest, ...waiting].map(({ text }) => text)].join('\n'),
    blocks: [
      section(`${signs[wrong === 0 ? 'sent' : 'needs-you']} ${headline}`),
      ...problems.map(shown),
      ...(rest.length > 0 ? [context([rest.map(({ text }) => text).join(' · ')])] : []),
      ...waiting.map(shown),
    ],
  };
}

function shown({ text, button: action }: Line): types.SectionBlock {
  return section(text, action);
}

function slackLines(slack: TokenFinding, { doctor }: Texts): Line[] {
  const { names } = doctor;
  switch (slack.kind) {
    case 'refused':
      return [bad(doctor.wrong(names.slackToken, doctor.tokenRefused(mrkdwn.text(slack.code))))];
    case 'no-answer':
      return [bad(doctor.wrong(names.slackToken, doctor.slackSilent))];
    case 'accepted':
      return [fine(doctor.fine(names.slackToken)), slackScopes(slack, doctor)];
  }
}

type Accepted = Extract<TokenFinding, { kind: 'accepted' }>;

function slackScopes({ missing, without = [] }: Accepted, doctor: Texts['doctor']): Line {
  const name = doctor.names.slackScopes;
  if (!missing) {
    return fine(doctor.unknown(name, doctor.scopesUntold));
  }
  if (missing.length === 0) {
    return fine(without.length === 0 ? doctor.fine(name) : doctor.slackScopesWithout(name, without.map(mrkdwn.text)));
  }
  return bad(doctor.wrong(name, doctor.slackScopesMissing(missing.map(mrkdwn.text))));
}

function lineFor(finding: Finding, identity: Identity | undefined, texts: Texts): Line {
  const { doctor } = texts;
  const { names } = doctor;
  switch (finding.kind) {
    case 'storage':
      return finding.reachable ? fine(doctor.fine(names.storage)) : bad(doctor.wrong(names.storage, doctor.noStorage));
    case 'link':
      return finding.account
        ? fine(doctor.fine(names.link, doctor.linked(mrkdwn.text(finding.account.name))))
        : bad(doctor.wrong(names.link, doctor.notLinked), connect(texts, false));
    case 'portal':
    case 'credential':
    case 'task-chat':
      return portalLine(finding, identity, texts);
    case 'scopes':
      return scopesLine(finding, texts);
    case 'parked':
      return parkedLine(finding, texts);
    case 'key':
      return keyLine(finding.honoured, doctor);
    case 'pacing':
      return fine(finding.left > 0 ? doctor.fine(names.pacing, doctor.room(finding)) : doctor.noRoom(names.pacing));
    case 'unchecked':
      return fine(doctor.unchecked(finding.what.map((what) => names[what])));
    default:
      return finding satisfies never;
  }
}

type PortalFinding = Extract<Finding, { kind: 'portal' | 'credential' | 'task-chat' }>;

function portalLine({ kind, failure }: PortalFinding, identity: Identity | undefined, texts: Texts): Line {
  const { doctor } = texts;
  const portal = identity?.account.portal ?? '';
  if (!failure) {
    return fine(doctor.fine(doctor.names[kind], ...(kind === 'portal' ? [showPortal(portal)] : [])));
  }
  if (kind === 'task-chat' && failure.kind === 'no-access') {
    return bad(doctor.wrong(doctor.names[kind], doctor.cardOff(showPortal(portal))));
  }
  const action = ruleOf(failure) === 'relink' ? connect(texts, true) : undefined;
  return bad(doctor.wrong(doctor.names[kind], whatToDo(failure, portal, identity, texts)), action);
}

function whatToDo(failure: PortalFailure, portal: string, identity: Identity | undefined, texts: Texts): string {
  const { doctor } = texts;
  if (failure.kind === 'unreachable' && failure.addressRefused) {
    return doctor.addressRefused(showPortal(portal));
  }
  const isConnected = identity?.credential.kind === 'oauth';
  const { happened, step } = describeFailure(failure, { portal }, texts, 'doctor');
  const isOfConnection = isConnected && failure.kind === 'credential-rejected';
  return `${isOfConnection ? doctor.connectionRejected(showPortal(portal)) : happened} ${step}`;
}

/** Parked messages need attention even when everything else is in order. */
function parkedLine({ parked, released }: Extract<Finding, { kind: 'parked' }>, { doctor, buttons }: Texts): Line {
  const name = doctor.names.parked;
  return parked > 0
    ? { ...bad(doctor.wrong(name, doctor.parked(parked)), button(buttons.tryNow, { kind: 'try-now' })), last: true }
    : { ...fine(doctor.fine(name, doctor.released(released))), last: true };
}

/** Permissions that messages can do without are named, but are no problem. */
function scopesLine({ missing, lacking }: Extract<Finding, { kind: 'scopes' }>, texts: Texts): Line {
  const { doctor } = texts;
  const name = doctor.names.scopes;
  const without = lackingSentences(lacking, texts);
  return missing.length === 0
    ? fine(doctor.fine(name, ...(without.length > 0 ? [without.join(' ')] : [])))
    : bad(doctor.wrong(name, doctor.scopesMissing(missing.map(mrkdwn.text))), connect(texts, true));
}

function keyLine(honoured: boolean | undefined, doctor: Texts['doctor']): Line {
  const name = doctor.names.key;
  if (honoured === undefined) {
    return fine(doctor.unknown(name, doctor.keyUnseen));
  }
  return fine(honoured ? doctor.fine(name) : doctor.unavailable(name, doctor.keyIgnored));
}

function connect({ buttons }: Texts, isConnected: boolean): types.Button {
  return button(isConnected ? buttons.connectAgain : buttons.link, { kind: 'link' }, { style: 'primary' });
}

function fine(text: string): Line {
  return { text, attention: false };
}

function bad(text: string, action?: types.Button): Line {
  return { text, attention: true, ...(action ? { button: action } : {}) };
}
