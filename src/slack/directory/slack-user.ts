import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Locale } from '../../domain/locale.ts';
import type { UserStatus } from '../../linking/access-rules.ts';
import { localeOf } from '../../locales/locale.ts';
import type { Workspace } from '../web-api/clients.ts';

/** A user as a workspace shows them. */
export type SlackUser = {
  readonly name: string;
  readonly locale: Locale;
  readonly userStatus: UserStatus;
  /** An administrator or owner of the workspace; who is that elsewhere is none here. */
  readonly isAdmin: boolean;
  /** The user that an app is in Slack. */
  readonly isBot: boolean;
};

const yes = z.boolean().optional().catch(undefined);

const answer = z.object({
  user: z.object({
    name: z.string().default(''),
    real_name: z.string().default(''),
    locale: z.string().optional(),
    profile: z.object({ display_name: z.string().default(''), real_name: z.string().default('') }).optional(),
    team_id: z.string().optional(),
    deleted: yes,
    is_admin: yes,
    is_bot: yes,
    is_owner: yes,
    is_restricted: yes,
    is_ultra_restricted: yes,
    is_stranger: yes,
    enterprise_user: z.object({ enterprise_id: z.string().optional() }).optional().catch(undefined),
  }),
});

type Answered = z.infer<typeof answer>['user'];

/** Asks `users.info` (scope users:read). Rejects as Bolt's Web API client does, and when the answer is none. */
export async function askSlackUser(client: webApi.WebClient, workspace: Workspace, user: string): Promise<SlackUser> {
  const found = answer.parse(await client.users.info({ user, include_locale: true })).user;
  const { profile } = found;
  const foreign = isForeign(found, workspace);
  return {
    name: profile?.display_name || profile?.real_name || found.real_name || found.name || user,
    locale: localeOf(found.locale),
    isBot: found.is_bot === true,
    isAdmin: !foreign && (found.is_admin === true || found.is_owner === true),
    userStatus: {
      deactivated: found.deleted === true,
      guest: found.is_restricted === true || found.is_ultra_restricted === true,
      foreign,
    },
  };
}

/**
 * Whether somebody belongs neither to this workspace nor to its organisation; of somebody of Enterprise Grid only the
 * organisation tells. `is_stranger` is set only for users who are in no channel that the app sees.
 * Source: docs.slack.dev, user object: `is_stranger`, `team_id` and `enterprise_user`.
 */
function isForeign({ is_stranger, team_id, enterprise_user }: Answered, { team, enterprise }: Workspace): boolean {
  if (is_stranger === true) {
    return true;
  }
  const organisation = enterprise_user?.enterprise_id;
  if (enterprise !== undefined && organisation) {
    return organisation !== enterprise;
  }
  return team_id !== undefined && team_id !== team && team_id !== enterprise;
}
