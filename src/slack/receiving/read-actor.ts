import { z } from 'zod';
import { Secret } from '../../domain/secret.ts';
import type { Workspace } from '../web-api/clients.ts';
import type { Actor } from './actor.ts';

const present = z.string().min(1);
const maybe = z.string().nullish();

/**
 * An id of Slack, which is made of capital letters and digits: anything else would let ids of two people or places make
 * one key together. Source: docs.slack.dev, "Understanding Slack IDs".
 */
export const slackId = z.string().regex(/^[A-Z0-9]{1,64}$/);
const maybeId = slackId.or(z.literal('')).nullish();

/** The fields of a slash command that say who typed it and where. */
export const commandOrigin = z.object({
  team_id: slackId,
  enterprise_id: maybeId,
  user_id: slackId,
  channel_id: slackId.or(z.literal('')).default(''),
  trigger_id: present,
  response_url: maybe,
});

/** What every other interaction says of that. */
export const interactionOrigin = z.object({
  team: z.object({ id: slackId, enterprise_id: maybeId, domain: maybe }).nullish(),
  enterprise: z.object({ id: slackId }).nullish(),
  user: z.object({ id: slackId, team_id: maybeId }),
  channel: z.object({ id: slackId }).nullish(),
  container: z.object({ channel_id: maybeId, thread_ts: maybe }).nullish(),
  message: z.object({ thread_ts: maybe }).nullish(),
  view: z.object({ id: present, type: maybe, app_installed_team_id: maybeId }).nullish(),
  trigger_id: maybe,
  response_url: maybe,
});

/**
 * The person who typed a slash command; `at` is when it reached us, in epoch ms. The place is as Slack names it
 * (`OwnPlaces`).
 */
export function commandActor(origin: z.infer<typeof commandOrigin>, at: number): Actor {
  const { team_id, enterprise_id, user_id, channel_id } = origin;
  return actor(placeNamed(team_id, enterprise_id), user_id, { channel: channel_id }, at, origin);
}

/** The person who pressed a button, used a shortcut or submitted a view; `at` and the place as for a command. */
export function interactionActor(origin: z.infer<typeof interactionOrigin>, at: number): Actor {
  const { user, channel, container, message, view } = origin;
  const threadTs = container?.thread_ts ?? message?.thread_ts;
  const place = { channel: channel?.id ?? container?.channel_id ?? '', ...(threadTs ? { threadTs } : {}) };
  const found = actor(namedIn(origin), user.id, place, at, origin);
  if (view?.type === 'home') {
    return { ...found, atHome: true };
  }
  return view?.type === 'modal' ? { ...found, modal: view.id } : found;
}

/** The same actor in the place that is known here, which says whose they are. */
export function actorIn(workspace: Workspace, named: Actor): Actor {
  return { ...named, workspace, person: { tenant: tenantIn(workspace), user: named.user } };
}

/** A place with its organisation, as far as Slack names one. */
export function placeNamed(team: string, enterprise: string | null | undefined): Workspace {
  return { team, ...(enterprise ? { enterprise } : {}) };
}

/** The `tenant` of the people of a place. */
export function tenantIn({ team, enterprise }: Workspace): string {
  return enterprise ?? team;
}

/**
 * The place with the app. In a window of somebody of elsewhere `team` and `enterprise` are theirs, and only the view
 * names the place with the app: a workspace (`T…`), or an organisation (`E…`). Source: Bolt's `buildSource`;
 * github.com/slackapi/bolt-js, issue 1614; `connect_channel_payload` in github.com/slackapi/bolt-python,
 * `tests/scenario_tests/test_view_submission.py`.
 */
function namedIn({ team, enterprise, user, view }: z.infer<typeof interactionOrigin>): Workspace {
  const organisation = team?.enterprise_id || enterprise?.id;
  // With an installation for a whole organisation Slack may name no team, and the user's own may be of elsewhere.
  const named = placeNamed(team?.id ?? organisation ?? user.team_id ?? '', organisation);
  const installedIn = view?.app_installed_team_id;
  if (!installedIn || installedIn === named.team || installedIn === named.enterprise) {
    return named;
  }
  return placeNamed(installedIn, installedIn.startsWith('E') ? installedIn : undefined);
}

type Answerable = {
  readonly trigger_id?: string | null | undefined;
  readonly response_url?: string | null | undefined;
};

function actor(
  workspace: Workspace,
  user: string,
  place: Actor['place'],
  at: number,
  { trigger_id, response_url }: Answerable,
): Actor {
  return {
    person: { tenant: tenantIn(workspace), user },
    workspace,
    user,
    place,
    at,
    ...(trigger_id ? { triggerId: trigger_id } : {}),
    ...(response_url ? { responseUrl: new Secret(response_url) } : {}),
  };
}
