import type { Person } from './directory.ts';
import { flagAt, type JsonObject, objectAt, objectsAt, textAt } from './json.ts';
import { type ApiHandler, type ApiRequest, fail } from './web-api.ts';
import type { World } from './world.ts';

/** Users and the token's owner: answered by `emulate`, completed with what it does not know. */
export function createPeopleMethods(world: World, forward: ApiHandler): Record<string, ApiHandler> {
  const { directory } = world;
  const withPerson = async (request: ApiRequest, person: Person | undefined, absent: string): Promise<JsonObject> => {
    if (person === undefined || person.teamId !== request.team.id) {
      return fail(absent);
    }
    const answer = await forward(request);
    return answer['ok'] === true
      ? { ...answer, user: completeUser(objectAt(answer, 'user'), person, request, world) }
      : answer;
  };
  return {
    'auth.test': async (request) => {
      const answer = await forward(request);
      const { team, token } = request;
      const isOrg = token.teamId === null;
      return {
        ...answer,
        url: `https://${team.domain}.slack.com/`,
        team: team.name,
        ...(team.enterprise ? { enterprise_id: team.enterprise.id } : {}),
        is_enterprise_install: isOrg,
        ...(token.expiresAt === undefined
          ? {}
          : { expires_in: Math.max(0, Math.floor((token.expiresAt - world.clock.now()) / 1000)) }),
      };
    },
    'usergroups.list': () => ({ ok: true, usergroups: [] }),
    'users.info': (request) =>
      withPerson(request, directory.people.get(textAt(request.args, 'user')), 'user_not_found'),
    'users.lookupByEmail': (request) => {
      const email = textAt(request.args, 'email');
      const found = [...directory.people.values()].find((p) => p.teamId === request.team.id && p.email === email);
      return withPerson(request, found?.deleted === true ? undefined : found, 'users_not_found');
    },
    'users.list': async (request) => {
      const answer = await forward(request);
      const members = objectsAt(answer, 'members').flatMap((member) => {
        const person = directory.people.get(textAt(member, 'id'));
        return person ? [completeUser(member, person, request, world)] : [];
      });
      return answer['ok'] === true ? { ...answer, members } : answer;
    },
  };
}

function completeUser(user: JsonObject, person: Person, { args, token, team }: ApiRequest, world: World): JsonObject {
  const { email: _email, ...profile } = objectAt(user, 'profile');
  const mayReadEmail = token.scopes.includes('users:read.email') && !person.isBot;
  return {
    ...user,
    team_id: person.homeTeamId,
    real_name: person.realName,
    deleted: person.deleted,
    tz: person.tz,
    is_admin: person.isAdmin,
    is_owner: person.isOwner,
    is_bot: person.isBot,
    is_app_user: false,
    is_restricted: person.isRestricted,
    is_ultra_restricted: person.isUltraRestricted,
    ...(person.homeTeamId === team.id ? {} : { is_stranger: true }),
    ...(flagAt(args, 'include_locale') ? { locale: person.locale } : {}),
    ...(team.enterprise ? { enterprise_user: { id: person.id, enterprise_id: team.enterprise.id } } : {}),
    updated: Math.floor(world.clock.now() / 1000),
    profile: {
      ...profile,
      real_name: person.realName,
      display_name: person.name,
      team: person.homeTeamId,
      ...(mayReadEmail ? { email: person.email } : {}),
    },
  };
}
