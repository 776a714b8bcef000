import { z } from 'zod';
import type { Removal } from '../../domain/installation.ts';
import type { Person } from '../../domain/person.ts';
import type { Workspace } from '../web-api/clients.ts';
import { slackId } from './read-actor.ts';

/** Somebody opened a tab of the app's home: `home`, or `messages`. */
export type HomeOpened = {
  readonly kind: 'home-opened';
  readonly person: Person;
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

const homeBody = z.object({
  team_id: slackId,
  enterprise_id: slackId.or(z.literal('')).nullish(),
  event: z.object({ user: slackId, tab: z.string().optional() }),
  authorizations: z
    .array(z.object({ team_id: slackId.nullish(), enterprise_id: slackId.or(z.literal('')).nullish() }))
    .nullish()
    .catch(undefined),
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
 * Reads `app_home_opened`. Of somebody of another organisation (Slack Connect) `authorizations` name the workspace with
 * the app, as everything else that they do. Each reader throws where Slack's fields are not there.
 * Source: Bolt's `buildSource`, and github.com/slackapi/bolt-js, issue 935.
 */
export function readHomeOpened(body: unknown): HomeOpened {
  const { event, authorizations, ...named } = homeBody.parse(body);
  const authorized = authorizations?.[0];
  const team = authorized?.team_id || named.team_id;
  const enterprise = authorized ? authorized.enterprise_id : named.enterprise_id;
  return {
    kind: 'home-opened',
    person: { tenant: enterprise || team, user: event.user },
    workspace: { team, ...(enterprise ? { enterprise } : {}) },
    ...(event.tab === undefined ? {} : { tab: event.tab }),
  };
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
