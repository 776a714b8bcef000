import { z } from 'zod';
import type { Removal } from '../../domain/installation.ts';
import type { Workspace } from '../web-api/clients.ts';
import { placeNamed, slackId } from './read-actor.ts';

/** Somebody opened a tab of the app's home: `home`, or `messages`. */
export type HomeOpened = {
  readonly kind: 'home-opened';
  readonly user: string;
  readonly workspace: Workspace;
  readonly tab?: string;
};

/** The app was uninstalled, or tokens of it were revoked. */
export type AppRemoved = {
  readonly kind: 'app-removed';
  readonly event: string;
  readonly removal: Removal;
  /** The bot's token was, or all went with the app. */
  readonly ofBot: boolean;
};

const authorization = z.object({ team_id: slackId.nullish(), enterprise_id: slackId.or(z.literal('')).nullish() });

type Authorized = z.infer<typeof authorization>;

const homeBody = z.object({
  team_id: slackId,
  enterprise_id: slackId.or(z.literal('')).nullish(),
  event: z.object({ user: slackId, tab: z.string().optional() }),
  authorizations: z.array(authorization).nullish().catch(undefined),
});

const removalBody = z.object({
  team_id: slackId.nullish(),
  enterprise_id: slackId.nullish(),
  event_time: z.number(),
  event: z.object({
    type: z.string(),
    tokens: z.object({ bot: z.array(z.string()).nullish() }).nullish(),
  }),
});

/**
 * Reads `app_home_opened`. Of somebody of another organisation (Slack Connect) `team_id` and `enterprise_id` are theirs,
 * and `authorizations` name the place with the app; the place is as Slack names it (`OwnPlaces`). Each reader throws
 * where Slack's fields are not there.
 * Source: Bolt's `buildSource`; github.com/slackapi/bolt-js, issue 935; `slack_connect_from_grid_test_patterns` in
 * github.com/slackapi/bolt-python, `tests/slack_bolt/request/test_internals.py`.
 */
export function readHomeOpened(body: unknown): HomeOpened {
  const { event, authorizations, team_id, enterprise_id } = homeBody.parse(body);
  const workspace = authorizedPlace(authorizations?.[0], placeNamed(team_id, enterprise_id));
  return {
    kind: 'home-opened',
    user: event.user,
    workspace,
    ...(event.tab === undefined ? {} : { tab: event.tab }),
  };
}

/** An installation for a whole organisation may name no workspace: the person's is in it, or of elsewhere. */
function authorizedPlace(authorized: Authorized | undefined, ofActor: Workspace): Workspace {
  if (!authorized) {
    return ofActor;
  }
  const { team_id, enterprise_id } = authorized;
  const isTheirs = !enterprise_id || enterprise_id === ofActor.enterprise;
  return placeNamed(team_id || (isTheirs ? ofActor.team : enterprise_id), enterprise_id);
}

/** Reads `app_uninstalled` and `tokens_revoked`. */
export function readAppRemoved(body: unknown): AppRemoved {
  const { team_id: team, enterprise_id: enterprise, event_time, event } = removalBody.parse(body);
  const removal = {
    ...(team ? { team } : {}),
    ...(enterprise ? { enterprise } : {}),
    at: event_time * 1_000,
  };
  const ofBot = event.type !== 'tokens_revoked' || (event.tokens?.bot ?? []).length > 0;
  return { kind: 'app-removed', event: event.type, removal, ofBot };
}
