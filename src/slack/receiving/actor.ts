import type { InteractionKey } from '../../delivery/submission.ts';
import type { ReplyRoute } from '../../domain/delivery.ts';
import type { Locale } from '../../domain/locale.ts';
import type { Person } from '../../domain/person.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Workspace } from '../web-api/clients.ts';

/** How long after an interaction a reply appears where it was made. Source: the life of a response URL. */
export const recentMs = 30 * 60_000;

/** Who did something in Slack, where, and how they can be answered. */
export type Actor = {
  readonly person: Person;
  readonly workspace: Workspace;
  readonly user: string;
  readonly place: ReplyRoute['place'];
  /** The window in which they did it. */
  readonly modal?: string;
  /** They did it on their Home tab. */
  readonly atHome?: true;
  readonly triggerId?: string;
  readonly responseUrl?: Secret;
  /** When it reached us, epoch ms. */
  readonly at: number;
};

/** The interaction of an actor: `handle` is its trigger id, or the id of the view that was submitted. */
export function interactionKeyOf({ workspace }: Actor, handle: string): InteractionKey {
  return { scope: workspace.enterprise ?? workspace.team, handle };
}

/** How the actor can be reached later. */
export function routeOf({ workspace, user, place, responseUrl, at }: Actor, locale: Locale): ReplyRoute {
  return {
    ...workspace,
    user,
    locale,
    place,
    ...(responseUrl ? { responseUrl, responseUrlUntil: at + recentMs } : {}),
  };
}
