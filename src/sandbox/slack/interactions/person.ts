import type { Delivery } from '../sending/delivery.ts';
import { waitMs } from '../state/changes.ts';
import type { Channel, Person } from '../state/directory.ts';
import type { SlackState } from '../state/state.ts';
import { createBlockInteractions } from './block-interactions.ts';
import { createMessageInteractions } from './message-interactions.ts';
import type { InteractionContext } from './payloads.ts';
import type { InteractionDeps, SandboxPerson } from './sandbox-person.ts';
import { createScreen } from './screen.ts';
import { createViewInteractions } from './view-interactions.ts';

type PersonDeps = {
  readonly state: SlackState;
  readonly delivery: Delivery;
};

/** Acts as one person. `home` is the channel where this person types unless told otherwise. */
export function createPerson({ state, delivery }: PersonDeps, person: Person, home?: Channel): SandboxPerson {
  const { views, changes } = state;
  const context: InteractionContext = { state, person, team: state.directory.team(person.teamId) };
  const screen = createScreen(context);
  const deps: InteractionDeps = {
    context,
    screen,
    ...(home ? { home } : {}),
    send: (type, payload, settle = () => {}) => delivery.send({ type, payload, settle }),
  };
  return {
    id: person.id,
    name: person.name,
    teamId: person.teamId,
    ...createMessageInteractions(deps),
    ...createBlockInteractions(deps),
    ...createViewInteractions(deps),
    view: () => views.stack(person.id).at(-1),
    home: () => views.home(person.id),
    seen: screen.seen,
    waitFor(predicate, { timeoutMs = waitMs, after = 0 } = {}) {
      const since = typeof after === 'number' ? after : after.order;
      const find = () => screen.seen().find((message) => message.order > since && predicate(message));
      return changes.until(find, timeoutMs, screen.describe);
    },
    waitForView(predicate, timeoutMs = waitMs) {
      return changes.until(() => views.stack(person.id).findLast(predicate), timeoutMs, screen.describe);
    },
    waitForHome(predicate, timeoutMs = waitMs) {
      const find = () => [views.home(person.id)].find((view) => view !== undefined && predicate(view));
      return changes.until(find, timeoutMs, screen.describe);
    },
  };
}
