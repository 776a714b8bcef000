import { hash } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import type { AcceptFailure } from '../domain/failure.ts';
import type { Identity } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { Moving } from '../linking/moving.ts';
import type { FindIdentity } from '../linking/ports.ts';
import { composeRequests } from './compose-requests.ts';
import {
  type Acceptance,
  type DeliveryEvents,
  type NameDirectory,
  type NewDelivery,
  type Outbox,
  StorageUncertainError,
} from './ports.ts';
import type { Accept, Accepted, InteractionKey, Resend, Submission } from './submission.ts';
import type { Timing } from './timing.ts';

/** The dependencies of accepting. */
export type AcceptDeps = {
  readonly outbox: Pick<Outbox, 'accept' | 'contentOf'>;
  readonly findIdentity: FindIdentity;
  readonly moving: Pick<Moving, 'leads' | 'names'>;
  readonly names: NameDirectory;
  readonly clock: Clock;
  readonly timing: Pick<Timing, 'sameTextMs' | 'namesWithinMs'>;
  readonly log: Log;
  readonly events: DeliveryEvents;
};

/** Creates the one way in for a message, and the one for sending a message again. */
export function createAccept(deps: AcceptDeps): { readonly accept: Accept; readonly resend: Resend } {
  const { outbox, findIdentity, log } = deps;

  return {
    accept: (submission) => guarded(deps, () => accept(submission)),
    resend: (request) => guarded(deps, () => resend(request)),
  };

  async function accept(submission: Submission): Promise<Accepted> {
    const identity = await findIdentity(submission.person);
    if (!identity) {
      return refuse({ kind: 'not-linked' });
    }
    const misplaced = await misplacedTask(deps, submission, identity);
    if (misplaced) {
      return refuse(misplaced);
    }
    const composed = await composeRequests(deps, submission, identity.account.portal);
    if (!composed.ok) {
      return refuse(composed.failure);
    }
    const { person, task, route, interactionKey } = submission;
    const delivery = newDelivery(
      deliveryId(interactionKey),
      person,
      identity,
      { task: task.task, ...composed.value },
      route,
    );
    return store(delivery, submission.sayAgain ? undefined : deps.timing.sameTextMs);
  }

  async function resend({ person, id, nonce, route }: Parameters<Resend>[0]): Promise<Accepted | { kind: 'gone' }> {
    const identity = await findIdentity(person);
    if (!identity) {
      return refuse({ kind: 'not-linked' });
    }
    const content = await outbox.contentOf(person, id);
    if (!content) {
      return { kind: 'gone' };
    }
    const { portal } = identity.account;
    if (!(await deps.moving.leads(person.tenant, content.account.portal, portal))) {
      return refuse({ kind: 'foreign-portal', portal: content.account.portal, linked: portal });
    }
    return store(
      newDelivery(resentId(id, nonce), person, identity, content, {
        ...route,
        ...present({ announce: content.announce }),
      }),
    );
  }

  async function store(delivery: NewDelivery, unlessSaidWithinMs?: number): Promise<Accepted> {
    const stored = await confirmed(() => outbox.accept(delivery, unlessSaidWithinMs));
    if (!stored.ok) {
      return refuse(stored.failure);
    }
    const { id, account, task } = delivery;
    const acceptance = stored.value;
    if (acceptance.kind === 'too-many') {
      return refuse({ kind: 'too-many-waiting', most: acceptance.most });
    }
    if (acceptance.kind === 'said-before') {
      return { kind: 'said-before', delivery: acceptance.delivery, nonce: delivery.id };
    }
    if (acceptance.kind === 'duplicate') {
      return acceptance.same ? { kind: 'duplicate', id } : refuse({ kind: 'other-version-accepted' });
    }
    deps.events.accepted({ id, person: delivery.person, portal: account.portal, task });
    const { parked } = acceptance;
    const { portal, userId: bitrixUserId } = account;
    return { kind: 'accepted', id, portal, task, bitrixUserId, ...present({ parked }) };
  }

  async function confirmed(write: () => Promise<Acceptance>): Promise<Result<Acceptance, AcceptFailure>> {
    try {
      return success(await write());
    } catch (error) {
      if (!(error instanceof StorageUncertainError)) {
        throw error;
      }
      log.error({ error }, 'the storage did not confirm an acceptance');
      return failed({ kind: 'storage-unconfirmed' });
    }
  }
}

/** Storage that cannot be read means that nothing was stored: an answer, and not a crash. */
async function guarded<Value extends { readonly kind: string }>(
  { events, log }: Pick<AcceptDeps, 'events' | 'log'>,
  work: () => Promise<Value | Accepted>,
): Promise<Value | Accepted> {
  let accepted: Value | Accepted;
  try {
    accepted = await work();
  } catch (error) {
    log.error({ error }, 'a message could not be accepted');
    accepted = refuse({ kind: 'storage-unavailable' });
  }
  if ('failure' in accepted) {
    events.refused(accepted.failure.kind);
  }
  return accepted;
}

/** The id of the delivery that an interaction makes: equal interactions, equal ids, whichever replica is asked. */
export function deliveryId({ scope, handle }: InteractionKey): string {
  return hash('sha256', JSON.stringify([scope, handle]), 'base64url');
}

/** The id of the delivery that sending `delivery` again under `nonce` makes: whether there is one is known from it. */
export function resentId(delivery: string, nonce: string): string {
  return deliveryId({ scope: delivery, handle: nonce });
}

function newDelivery(
  id: string,
  person: Person,
  identity: Identity,
  content: Pick<NewDelivery, 'task' | 'requests' | 'files' | 'losses' | 'wording'>,
  route: NewDelivery['route'],
): NewDelivery {
  const { task, requests, files, losses, wording } = content;
  return {
    id,
    person,
    account: identity.account,
    identityId: identity.id,
    task,
    requests,
    losses,
    ...present({ files, wording }),
    route,
  };
}

async function misplacedTask(
  { moving }: AcceptDeps,
  { task, person }: Submission,
  identity: Identity,
): Promise<AcceptFailure | undefined> {
  const linked = identity.account.portal;
  if (task.kind === 'number' || (await moving.names(person.tenant, task.portal, linked))) {
    return undefined;
  }
  return { kind: 'foreign-portal', portal: task.portal, linked };
}

function refuse(failure: AcceptFailure): { readonly kind: 'failed'; readonly failure: AcceptFailure } {
  return { kind: 'failed', failure };
}
