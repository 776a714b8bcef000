import { type Clock, pause } from '../domain/clock.ts';
import type { PortalFailure } from '../domain/failure.ts';
import { hasSameToken, type Identity, isSameAccount } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import type { Result } from '../domain/result.ts';
import type { Moving } from '../linking/moving.ts';
import type { FindIdentity, Lock } from '../linking/ports.ts';
import { isRenewable } from '../linking/refresh.ts';
import { afterLook, afterPosted } from './after-look.ts';
import { lookFor, surelyMs } from './chat-look.ts';
import { goAlong, type Verdict, verdictUnder } from './claim-verdict.ts';
import { createFirstMessages, type FirstMessages } from './first-messages.ts';
import type { Parking } from './parking.ts';
import type { AttemptResult, DeliveryEvents, Outbox, Pacer, PortalObservation, Report, Settled } from './ports.ts';
import type { Claim, Transition } from './progress.ts';
import { createRepeatTurns, type RepeatTurns } from './repeat-turns.ts';
import { type SendPartDeps, sendPart } from './send-part.ts';
import { afterAttempt, afterTrouble } from './state-machine.ts';
import type { ChatReader } from './task-chat.ts';
import type { Timing } from './timing.ts';

/** The dependencies of an attempt. */
export type AttemptDeps = Pick<SendPartDeps, 'messenger' | 'files' | 'uploader' | 'learnScopes'> & {
  readonly outbox: Pick<Outbox, 'settle' | 'accountedFor' | 'hasDelivered'>;
  readonly parking: Pick<Parking, 'noteParked' | 'noteSuccess'>;
  readonly chat: ChatReader;
  /** Where the repeat under a fresh token gets its place in the portal's bucket. */
  readonly pacer: Pick<Pacer, 'draw'>;
  readonly findIdentity: FindIdentity;
  /**
   * Renews an expired token. The identity may be another one, or `undefined`, when the person has linked again or
   * unlinked meanwhile; a failure says what the delivery waits for. Rejects when the storage fails.
   */
  readonly refreshIdentity: (person: Person, expired: Identity) => Promise<Result<Identity | undefined, PortalFailure>>;
  readonly lock: Lock<Person>;
  readonly moving: Pick<Moving, 'leads' | 'follow'>;
  readonly notify: (report: Report) => void;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly log: Log;
  readonly events: DeliveryEvents;
  readonly random: () => number;
};

type WorkDeps = AttemptDeps & { readonly firsts: FirstMessages };

type Step = {
  readonly transition: Transition;
  readonly observation: PortalObservation;
  /** The identity that the attempt used. */
  readonly identity?: Identity;
  /** The portal is at another address, and what its author said goes along. */
  readonly follows?: true;
};

/**
 * Creates the work of one claim: at most one attempt, its outcome written, its sender told. `claimedAt` is the
 * monotonic time before the lease was asked for. Tells whether something else may be due because of it. Never rejects
 * for anything that the storage or the portal does.
 */
export function createAttempt(deps: AttemptDeps): (claim: Claim, claimedAt: number) => Promise<boolean> {
  const repeats = createRepeatTurns(deps.clock, deps.timing.pollMs);
  const work: WorkDeps = { ...deps, firsts: createFirstMessages(deps) };
  return async (claim, claimedAt) => {
    const step = await takeStep(work, repeats, claim, claimedAt);
    deps.events.stepped(claim.delivery, claim.part, nameOf(step.transition), failureOf(step.transition));
    const isMoreDue = await record(deps, claim, step);
    if (step.follows) {
      await goAlong(deps, claim);
    }
    return isMoreDue;
  };
}

async function takeStep(deps: WorkDeps, repeats: RepeatTurns, claim: Claim, claimedAt: number): Promise<Step> {
  const { progress } = claim;
  const verdict = await decide(deps, claim);
  if (verdict.kind === 'follow') {
    return { transition: again(claim, deps.timing.pollMs), observation: { unused: true }, follows: true };
  }
  if (verdict.kind === 'look') {
    return look(deps, verdict.identity, claim);
  }
  if (verdict.kind !== 'send') {
    return { transition: verdict, observation: { unused: true } };
  }
  if (!progress.ambiguous) {
    return attempt(deps, verdict.identity, claim, claimedAt);
  }
  const turn = repeats.enter(claim.delivery.portal);
  if (turn.kind === 'later') {
    return { transition: again(claim, turn.waitMs), observation: { unused: true } };
  }
  return attempt(deps, verdict.identity, claim, claimedAt).finally(turn.leave);
}

async function attempt(deps: WorkDeps, identity: Identity, claim: Claim, claimedAt: number): Promise<Step> {
  const sent = await sendAs(deps, identity, claim, claimedAt);
  if (sent === 'again' || sent === 'later') {
    return { transition: sent === 'later' ? later(deps, claim) : again(claim, deps.timing.pollMs), observation: {} };
  }
  const { result, identity: used } = sent;
  const transition = (await deps.firsts.isToBeLookedFor(claim, used, result))
    ? afterPosted()
    : afterAttempt(claim.progress, result, deps.timing, deps.random());
  return { transition, observation: observationOf(result), identity: used };
}

/**
 * A look with a token that has expired says nothing; the next one has a fresh token. Each of its calls takes a place in
 * the bucket for itself, so that of the claim is given back.
 */
async function look(deps: AttemptDeps, identity: Identity, claim: Claim): Promise<Step> {
  const seen = await lookFor(deps, identity, claim);
  if (seen.kind === 'failed' && isRenewable(seen.failure, identity.credential)) {
    const renewed = await renew(deps, identity, claim);
    if (renewed === 'unreadable' || renewed.ok) {
      return { transition: again(claim, deps.timing.pollMs), observation: { unused: true } };
    }
  }
  const transition = afterLook(claim.progress, seen, deps.timing, surelyMs(claim, deps.timing), deps.random());
  return { transition, observation: { unused: true } };
}

async function decide(deps: AttemptDeps, claim: Claim): Promise<Verdict> {
  try {
    return await verdictUnder(deps, claim, await deps.findIdentity(claim.delivery.person));
  } catch (error) {
    deps.log.error({ error, delivery: claim.delivery.id }, 'identity not readable; trying again');
    return later(deps, claim);
  }
}

/** The result of an attempt and the identity it used: the token that was refused may be a fresh one. */
type Sent = { readonly result: AttemptResult; readonly identity: Identity };

/**
 * A call with an expired token or to an old address has no effect: the identity is renewed once, and the same part goes
 * out at once. `again`: not under this claim, because the identity is not the one it was decided for any more, because
 * its lease is getting old, or because the portal has no room for another call. `later`: the storage fails.
 */
async function sendAs(
  deps: AttemptDeps,
  identity: Identity,
  claim: Claim,
  claimedAt: number,
): Promise<Sent | 'again' | 'later'> {
  const result = await sendPart(deps, identity, claim, claimedAt);
  if (result.kind !== 'failed' || !isRenewable(result.failure, identity.credential)) {
    return { result, identity };
  }
  const renewed = await renew(deps, identity, claim);
  if (renewed === 'unreadable') {
    return 'later';
  }
  if (!renewed.ok) {
    return { result: { ...result, failure: renewed.failure }, identity };
  }
  const leftMs = deps.timing.leaveWithinMs - (deps.clock.monotonic() - claimedAt);
  const isSame = renewed.value?.id === identity.id && isSameAccount(identity.account, renewed.value.account);
  if (!isSame || leftMs < deps.timing.leaveWithinMs / 2) {
    return 'again';
  }
  if (!(await hasPlace(deps, claim))) {
    return 'again';
  }
  return { result: await sendPart(deps, renewed.value, claim, claimedAt), identity: renewed.value };
}

async function hasPlace({ pacer, log }: AttemptDeps, { delivery }: Claim): Promise<boolean> {
  try {
    return (await pacer.draw(delivery.portal)).waitMs === 0;
  } catch (error) {
    log.error({ error, delivery: delivery.id }, 'bucket not readable; trying again');
    return false;
  }
}

async function renew({ refreshIdentity, log }: AttemptDeps, expired: Identity, { delivery }: Claim) {
  try {
    return await refreshIdentity(delivery.person, expired);
  } catch (error) {
    log.error({ error, delivery: delivery.id }, 'identity not renewed; trying again');
    return 'unreadable';
  }
}

/** Writes until the storage has answered: the lease, not our patience, says when somebody else may decide. */
async function record(deps: AttemptDeps, claim: Claim, step: Step): Promise<boolean> {
  const { log, clock, timing } = deps;
  const delivery = claim.delivery.id;
  for (;;) {
    try {
      const settled = await settle(deps, claim, step);
      if (settled.kind === 'lost') {
        deps.events.leaseLost(claim.delivery);
      } else if (settled.report) {
        deps.notify(settled.report);
      }
      noteLink(deps, claim, step.transition);
      return settled.kind === 'lost' || settled.isMoreDue;
    } catch (error) {
      log.error({ error, delivery }, 'outcome not written; trying again');
      await pause(clock, timing.pollMs);
    }
  }
}

/** What was delivered shows that the link works; what was parked waits for that. */
function noteLink({ parking }: AttemptDeps, { delivery }: Claim, transition: Transition): void {
  if (transition.kind === 'park') {
    parking.noteParked(delivery.person);
  } else if (transition.kind === 'next-part' || nameOf(transition) === 'delivered') {
    parking.noteSuccess(delivery.person);
  }
}

/**
 * A refused credential parks everything of its person, unless they have linked again or its token was refreshed since
 * it was used: then it is the old one that was refused, and the new one decides. The lock keeps links from changing in
 * between.
 */
function settle(deps: AttemptDeps, claim: Claim, { transition, observation, identity }: Step): Promise<Settled> {
  const { outbox, lock, findIdentity, timing } = deps;
  if (transition.kind !== 'park') {
    return outbox.settle(claim, transition, observation);
  }
  const { person } = claim.delivery;
  return lock.run(person, async () => {
    const verdict = await verdictUnder(deps, claim, await findIdentity(person));
    if (verdict.kind === 'follow') {
      return outbox.settle(claim, again(claim, timing.pollMs), observation);
    }
    if (verdict.kind !== 'send' && verdict.kind !== 'look') {
      return outbox.settle(claim, verdict, observation);
    }
    const isRefreshed = identity !== undefined && !hasSameToken(verdict.identity, identity);
    return outbox.settle(claim, isRefreshed ? again(claim, timing.pollMs) : transition, observation);
  });
}

/** Nothing was learnt about the portal: it is decided anew in a moment. */
function again({ progress }: Claim, delayMs: number): Transition {
  const { failures, ambiguous, waitingFor, look: stage } = progress;
  return { kind: 'wait', delayMs, failures, ambiguous, ...present({ failure: waitingFor, look: stage }) };
}

/** The storage does not say who the person is, perhaps for long: tried again as rarely as an unreachable portal. */
function later({ timing, random }: AttemptDeps, { progress }: Claim): Transition {
  return afterTrouble(progress, timing, random());
}

function observationOf(result: AttemptResult): PortalObservation {
  if (result.kind === 'delivered') {
    return present({ honoursKey: result.honoursKey });
  }
  if (result.kind === 'left-out' || result.kind === 'not-read') {
    return { unused: true };
  }
  if (result.kind === 'key-reused') {
    return { honoursKey: true };
  }
  return {
    ...present({ honoursKey: result.honoursKey }),
    ...(result.failure.kind === 'throttled' ? roomAfter(result) : {}),
  };
}

/**
 * A portal that asked to be left alone was not called: that says nothing of its bucket, and the place is still there.
 */
function roomAfter({ left }: Extract<AttemptResult, { kind: 'failed' }>): PortalObservation {
  return left ? { bucketFull: true } : { unused: true };
}

function nameOf(transition: Transition): string {
  return transition.kind === 'end' ? transition.outcome.kind : transition.kind;
}

function failureOf(transition: Transition): PortalFailure | undefined {
  if (transition.kind === 'wait' || transition.kind === 'park') {
    return transition.failure;
  }
  return transition.kind === 'end' && 'failure' in transition.outcome ? transition.outcome.failure : undefined;
}
