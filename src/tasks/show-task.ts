import type { TaskReference } from '../delivery/submission.ts';
import type { AcceptFailure, PortalFailure } from '../domain/failure.ts';
import type { Account } from '../domain/identity.ts';
import type { Person } from '../domain/person.ts';
import type { LeadsTo } from '../linking/moving.ts';
import type { FindIdentity } from '../linking/ports.ts';
import type { Refreshing } from '../linking/refresh.ts';
import type { TaskCard, TaskReader } from './ports.ts';

/** A task as one person may see it. `failed`: the portal did not show it. */
export type ShownCard =
  | { readonly kind: 'shown'; readonly card: TaskCard; readonly account: Account }
  | { readonly kind: 'refused'; readonly failure: Extract<AcceptFailure, { kind: 'not-linked' | 'foreign-portal' }> }
  | { readonly kind: 'failed'; readonly failure: PortalFailure; readonly account: Account };

/** Shows a task to a person who named it. Rejects when the storage fails. */
export type ShowTask = (person: Person, task: TaskReference) => Promise<ShownCard>;

/** The dependencies of showing a task. */
export type ShowTaskDeps = {
  readonly reader: Pick<TaskReader, 'card'>;
  readonly actAs: Refreshing['actAs'];
  readonly findIdentity: FindIdentity;
  readonly names: LeadsTo;
};

/** The person is told meanwhile that it takes its time. */
const withinMs = 10_000;

/** Creates the use case. It asks the portal anew each time: whoever asks wants to know how the task stands now. */
export function createShowTask({ reader, actAs, findIdentity, names }: ShowTaskDeps): ShowTask {
  return async (person, reference) => {
    const identity = await findIdentity(person);
    if (!identity) {
      return { kind: 'refused', failure: { kind: 'not-linked' } };
    }
    const { account } = identity;
    if (reference.kind === 'link' && !(await names(person.tenant, reference.portal, account.portal))) {
      return {
        kind: 'refused',
        failure: { kind: 'foreign-portal', portal: reference.portal, linked: account.portal },
      };
    }
    const found = await actAs(person, identity, (credential) =>
      reader.card({ credential, task: reference.task, withinMs }),
    );
    return found.ok
      ? { kind: 'shown', card: found.value, account }
      : { kind: 'failed', failure: found.failure, account };
  };
}
