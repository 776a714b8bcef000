import type { Clock } from '../../domain/clock.ts';
import type { Ack, InteractionRunner } from '../answering/interaction-runner.ts';
import type { OwnPlaces } from '../directory/own-places.ts';
import type { Interaction, Unsupported } from '../receiving/interaction.ts';
import { actorIn } from '../receiving/read-actor.ts';

/** Works on an interaction, and acknowledges it. */
export type Listener<Received extends Interaction, Body = never> = (
  received: Received,
  ack: Ack<Body>,
) => Promise<void>;

/** The interactions of one kind of Bolt listener. */
export type Route<Received extends Interaction, Body> = {
  /** Parses a body; `at` is when it came, in epoch ms. */
  readonly read: (body: unknown, at: number) => Received;
  /** Listeners by the id of the action, view or shortcut. */
  readonly listeners?: Readonly<Record<string, Listener<Exclude<Received, Unsupported>, Body>>>;
  /** The listener of all other ids. */
  readonly others: Listener<Received, Body>;
};

/** What Bolt calls a listener with, as far as this app looks. */
type Call<Body> = { readonly body: unknown; readonly ack: Ack<Body> };

/** What handing an interaction to its listener needs. */
export type DispatchDeps = {
  readonly clock: Clock;
  readonly places: OwnPlaces;
  readonly runner: Pick<InteractionRunner, 'run'>;
};

/** Creates Bolt's one listener for a route. It rejects where the body cannot be read. */
export function dispatch<Received extends Interaction, Body>(
  { read, listeners, others }: Route<Received, Body>,
  { clock, places, runner }: DispatchDeps,
): (call: Call<Body>) => Promise<void> {
  const byId = new Map(Object.entries(listeners ?? {}));
  return ({ body, ack }) =>
    runner.run(async () => {
      const named = read(body, clock.now());
      const actor = actorIn(await places.of(named.actor.workspace), named.actor);
      const received = { ...named, actor };
      if (isSupported(received)) {
        const listener = byId.get(received.id) ?? others;
        return listener(received, ack);
      }
      return others(received, ack);
    });
}

function isSupported<Received extends Interaction>(received: Received): received is Exclude<Received, Unsupported> {
  return received.kind !== 'unsupported';
}
