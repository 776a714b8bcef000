import { z } from 'zod';
import type { Gesture } from '../delivery/submission.ts';
import type { ReplyRoute } from '../domain/delivery.ts';
import type { Locale } from '../domain/locale.ts';
import type { Person } from '../domain/person.ts';
import { Secret } from '../domain/secret.ts';
import type { Workspace } from './clients.ts';
import { recentMs } from './replies/reply-routes.ts';

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

const present = z.string().min(1);
const maybe = z.string().nullish();

const commandBody = z.object({
  team_id: present,
  enterprise_id: maybe,
  user_id: present,
  channel_id: z.string().default(''),
  trigger_id: present,
  response_url: maybe,
});

const interactionBody = z.object({
  team: z.object({ id: present, enterprise_id: maybe }).nullish(),
  enterprise: z.object({ id: present }).nullish(),
  user: z.object({ id: present, team_id: maybe }),
  channel: z.object({ id: present }).nullish(),
  container: z.object({ channel_id: maybe, thread_ts: maybe }).nullish(),
  message: z.object({ thread_ts: maybe }).nullish(),
  view: z.object({ id: present, type: maybe }).nullish(),
  trigger_id: maybe,
  response_url: maybe,
});

/** The actor in the body of a slash command. Throws when Slack's fields are not there. */
export function readCommandActor(body: unknown, at: number): Actor {
  const { team_id, enterprise_id, user_id, channel_id, trigger_id, response_url } = commandBody.parse(body);
  return actor({ team: team_id, enterprise: enterprise_id }, user_id, { channel: channel_id }, at, {
    trigger_id,
    response_url,
  });
}

/** The actor in the body of a pressed button, a shortcut or a submitted view. Throws when Slack's fields are not there. */
export function readInteractionActor(body: unknown, at: number): Actor {
  const { team, enterprise, user, channel, container, message, view, trigger_id, response_url } =
    interactionBody.parse(body);
  // With an installation for a whole organisation Slack names no team, only the user's own.
  const ids = { team: team?.id ?? user.team_id ?? '', enterprise: enterprise?.id ?? team?.enterprise_id };
  const threadTs = container?.thread_ts ?? message?.thread_ts;
  const place = { channel: channel?.id ?? container?.channel_id ?? '', ...(threadTs ? { threadTs } : {}) };
  const found = actor(ids, user.id, place, at, { trigger_id, response_url });
  if (view?.type === 'home') {
    return { ...found, atHome: true };
  }
  return view?.type === 'modal' ? { ...found, modal: view.id } : found;
}

/** The gesture of an actor: `handle` is its trigger id, or the id of the view that was submitted. */
export function gestureOf({ workspace }: Actor, handle: string): Gesture {
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

type Answerable = {
  readonly trigger_id?: string | null | undefined;
  readonly response_url?: string | null | undefined;
};

function actor(
  { team, enterprise }: { team: string; enterprise: string | null | undefined },
  user: string,
  place: Actor['place'],
  at: number,
  { trigger_id, response_url }: Answerable,
): Actor {
  return {
    person: { tenant: enterprise || team, user },
    workspace: { team, ...(enterprise ? { enterprise } : {}) },
    user,
    place,
    at,
    ...(trigger_id ? { triggerId: trigger_id } : {}),
    ...(response_url ? { responseUrl: new Secret(response_url) } : {}),
  };
}
