import type { types } from '@slack/bolt';
import type { Diagnosis, Finding } from '../../delivery/diagnose.ts';
import type { PortalFailure } from '../../domain/failure.ts';
import type { Identity } from '../../domain/identity.ts';
import type { Texts } from '../../locales/en.ts';
import type { TokenFinding } from '../web-api/token-check.ts';
import { actions, button, type Message, section } from './blocks.ts';
import { describeFailure, showPortal } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';

/** One line of the answer. */
type Line = {
  readonly text: string;
  /** Somebody has to do something about it. */
  readonly attention: boolean;
};

/** What was found, one line each: OK, or what to do. */
export function doctorMessage(slack: TokenFinding, { identity, findings }: Diagnosis, texts: Texts): Message {
  const lines = [...slackLines(slack, texts), ...findings.map((finding) => lineFor(finding, identity, texts))];
  const wrong = lines.filter(({ attention }) => attention).length;
  const said = [wrong === 0 ? texts.doctor.allFine : texts.doctor.toMend(wrong), ...lines.map(({ text }) => text)];
  const blocks: types.KnownBlock[] = said.map((text) => section(text));
  return { text: said.join('\n'), blocks: [...blocks, ...linkButton(findings, texts)] };
}

function slackLines(slack: TokenFinding, { doctor }: Texts): Line[] {
  const { names } = doctor;
  switch (slack.kind) {
    case 'refused':
      return [bad(doctor.wrong(names.slackToken, doctor.tokenRefused(mrkdwn.text(slack.code))))];
    case 'no-answer':
      return [bad(doctor.wrong(names.slackToken, doctor.slackSilent))];
    case 'accepted':
      return [fine(doctor.fine(names.slackToken)), slackScopes(slack.missing, doctor)];
  }
}

function slackScopes(missing: readonly string[] | undefined, doctor: Texts['doctor']): Line {
  const name = doctor.names.slackScopes;
  if (!missing) {
    return fine(doctor.unknown(name, doctor.scopesUntold));
  }
  if (missing.length === 0) {
    return fine(doctor.fine(name));
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
        : bad(doctor.wrong(names.link, doctor.notLinked));
    case 'portal':
    case 'credential':
    case 'task-chat':
      return portalLine(finding, identity, texts);
    case 'scopes':
      return finding.missing.length === 0
        ? fine(doctor.fine(names.scopes))
        : bad(doctor.wrong(names.scopes, doctor.scopesMissing(finding.missing.map(mrkdwn.text))));
    case 'parked':
      return parkedLine(finding, doctor);
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
  return bad(doctor.wrong(doctor.names[kind], whatToDo(failure, portal, identity, texts)));
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

/** What still waits is somebody's turn, whatever else is in order. */
function parkedLine({ parked, released }: Extract<Finding, { kind: 'parked' }>, doctor: Texts['doctor']): Line {
  const name = doctor.names.parked;
  return parked > 0
    ? bad(doctor.wrong(name, doctor.parked(parked)))
    : fine(doctor.fine(name, doctor.released(released)));
}

function keyLine(honoured: boolean | undefined, doctor: Texts['doctor']): Line {
  const name = doctor.names.key;
  if (honoured === undefined) {
    return fine(doctor.unknown(name, doctor.keyUnseen));
  }
  return fine(honoured ? doctor.fine(name) : doctor.unavailable(name, doctor.keyIgnored));
}

function linkButton(findings: readonly Finding[], { buttons }: Texts): types.KnownBlock[] {
  const isNeeded = findings.some(
    (finding) =>
      (finding.kind === 'link' && !finding.account) ||
      (finding.kind === 'credential' && finding.failure !== undefined) ||
      (finding.kind === 'scopes' && finding.missing.length > 0),
  );
  const waits = findings.some((finding) => finding.kind === 'parked' && finding.parked > 0);
  const shown = [
    ...(isNeeded ? [button(buttons.link, { kind: 'link' }, { style: 'primary' })] : []),
    ...(waits ? [button(buttons.tryNow, { kind: 'try-now' })] : []),
  ];
  return shown.length > 0 ? [actions(...shown)] : [];
}

function fine(text: string): Line {
  return { text, attention: false };
}

function bad(text: string): Line {
  return { text, attention: true };
}
