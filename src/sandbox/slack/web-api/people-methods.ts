import { flagAt, textAt } from '../json.ts';
import type { Person, Team } from '../state/directory.ts';
import type { SlackState } from '../state/state.ts';
import { type ApiHandler, type ApiRequest, fail, succeed } from './web-api.ts';

/** Users, their groups, and the bot whose token is used, which is the only app there is. */
export function createPeopleMethods(state: SlackState) {
  return {
    'auth.test': (request) => succeed(describeBot(state, request)),
    'auth.teams.list': (request) => listTeams(state, request),
    'bots.info': (request) =>
      textAt(request.args, 'bot') === request.team.botId
        ? succeed({ bot: describeApp(state, request) })
        : fail('bot_not_found'),
    'usergroups.list': () => succeed({ usergroups: [] }),
    'users.info': (request) => {
      const person = state.directory.people.get(textAt(request.args, 'user'));
      return person === undefined || person.teamId !== request.team.id
        ? fail('user_not_found')
        : succeed({ user: describeUser(person, request, state) });
    },
  } satisfies Record<string, ApiHandler>;
}

function describeBot(state: SlackState, { team, token }: ApiRequest) {
  return {
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: state.directory.people.get(team.botUserId)?.name ?? '',
    team_id: team.id,
    user_id: team.botUserId,
    bot_id: team.botId,
    ...(team.enterprise ? { enterprise_id: team.enterprise.id } : {}),
    is_enterprise_install: token.teamId === null,
    ...(token.expiresAt === undefined
      ? {}
      : { expires_in: Math.max(0, Math.floor((token.expiresAt - state.clock.now()) / 1000)) }),
  };
}

/** The workspaces that a token works in. Source: docs.slack.dev, auth.teams.list. */
function listTeams({ directory }: SlackState, { args, team, token }: ApiRequest) {
  const limit = Number(textAt(args, 'limit') || 100);
  const from = Number(textAt(args, 'cursor') || 0);
  if (!(limit >= 1 && limit <= 1_000)) {
    return fail('invalid_limit');
  }
  const isIn = (other: Team) => (token.teamId === null ? other.enterprise?.id === token.enterpriseId : other === team);
  const all = [...directory.teams.values()].filter(isIn);
  const next = from + limit < all.length ? String(from + limit) : '';
  const teams = all.slice(from, from + limit).map(({ id, name }) => ({ id, name }));
  return succeed({ teams, response_metadata: { next_cursor: next } });
}

function describeApp(state: SlackState, { team }: ApiRequest) {
  return {
    id: team.botId,
    deleted: false,
    name: state.app.name,
    updated: Math.floor(state.clock.now() / 1000),
    app_id: state.app.id,
    user_id: team.botUserId,
  };
}

/**
 * For a user of another Enterprise Grid organisation `team_id` is the id of that organisation. Source: the
 * `user_profile` of events in github.com/slackapi/bolt-python, `tests/slack_bolt/request/test_internals.py`.
 */
function describeUser(person: Person, { args, team }: ApiRequest, state: SlackState) {
  const { homeTeamId, homeEnterprise } = person;
  const isOfElsewhere = homeTeamId !== team.id && homeEnterprise?.id !== team.enterprise?.id;
  const teamId = (isOfElsewhere && homeEnterprise?.id) || homeTeamId;
  return {
    id: person.id,
    team_id: teamId,
    name: person.name,
    deleted: person.deleted,
    real_name: person.realName,
    tz: person.tz,
    profile: { real_name: person.realName, display_name: person.name, team: teamId },
    is_admin: person.isAdmin,
    is_owner: person.isOwner,
    is_restricted: person.isRestricted,
    is_ultra_restricted: person.isUltraRestricted,
    is_bot: person.isBot,
    is_app_user: false,
    updated: Math.floor(state.clock.now() / 1000),
    ...(homeTeamId !== team.id && !isSeenByApp(person, team, state) ? { is_stranger: true } : {}),
    ...(flagAt(args, 'include_locale') ? { locale: person.locale } : {}),
    ...(homeEnterprise ? { enterprise_user: { id: person.id, enterprise_id: homeEnterprise.id } } : {}),
  };
}

/** Whether a user shares a channel with the app, and so is no stranger. Source: docs.slack.dev, user object. */
function isSeenByApp({ id }: Person, { botUserId }: Team, { directory }: SlackState): boolean {
  return [...directory.channels.values()].some(
    ({ shared, members }) => shared && members.has(id) && members.has(botUserId),
  );
}
