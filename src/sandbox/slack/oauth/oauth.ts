import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type JsonObject, textAt } from '../json.ts';
import type { Person, Team } from '../state/directory.ts';
import type { SlackState } from '../state/state.ts';
import type { TokenRecord } from '../state/tokens.ts';
import { fail, succeed } from '../web-api/web-api.ts';

/** Slack: a code is valid for ten minutes and can be used once; a rotated access token lives for twelve hours. */
const codeLifeMs = 10 * 60 * 1000;
const rotatedTokenLifeSeconds = 12 * 60 * 60;

/** What a person answers on the consent page: yes, and for which workspace, or no. */
export type Consent = {
  readonly team?: string;
  readonly user?: string;
  /** For the whole organisation. */
  readonly org?: boolean;
  /** The person presses Cancel. */
  readonly denied?: boolean;
};

/** What the consent page was asked for, read from the authorisation URL. */
type ConsentRequest = {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly state: string;
};

type ConsentAnswer = { readonly location: string } | { readonly error: string };

/** The consent page and the token method. */
export type OAuth = {
  read(query: URLSearchParams): ConsentRequest | { readonly error: string };
  consent(request: ConsentRequest, consent: Consent): ConsentAnswer;
  /** `oauth.v2.access`: a code or a refresh token for an access token. */
  access(
    args: JsonObject,
    headers: IncomingMessage['headers'],
  ): ReturnType<typeof install> | ReturnType<typeof refresh>;
};

type Grant = {
  readonly request: ConsentRequest;
  readonly team: Team;
  readonly person: Person;
  readonly isOrg: boolean;
  readonly at: number;
};

/** Creates Slack's side of OAuth. */
export function createOAuth(state: SlackState): OAuth {
  const grants = new Map<string, Grant>();
  const { app, directory, clock } = state;
  return {
    read(query) {
      const list = (name: string): string[] => (query.get(name) ?? '').split(/[,\s]+/).filter(Boolean);
      const redirectUri = query.get('redirect_uri') ?? app.redirectUris[0] ?? '';
      if (query.get('client_id') !== app.clientId) {
        return { error: 'invalid_client_id' };
      }
      if (!URL.canParse(redirectUri) || !isRegistered(app.redirectUris, redirectUri)) {
        return { error: 'bad_redirect_uri' };
      }
      if (list('scope').length === 0) {
        return { error: 'invalid_scope' };
      }
      return {
        clientId: app.clientId,
        scopes: list('scope'),
        redirectUri,
        state: query.get('state') ?? '',
      };
    },
    consent(request, consent) {
      const location = new URL(request.redirectUri);
      location.searchParams.set('state', request.state);
      if (consent.denied === true) {
        location.searchParams.set('error', 'access_denied');
        return { location: location.href };
      }
      const team = directory.team(consent.team);
      const isOrg = consent.org === true;
      if (isOrg && team.enterprise === null) {
        return { error: 'org_login_required' };
      }
      const first = [...directory.people.values()].find((p) => p.teamId === team.id && !p.isBot && !p.deleted);
      const person = consent.user === undefined ? first : directory.person(consent.user, team.id);
      if (person === undefined) {
        return { error: 'user_not_found' };
      }
      const code = `${randomBytes(6).toString('hex')}.${randomBytes(16).toString('hex')}`;
      grants.set(code, { request, team, person, isOrg, at: clock.now() });
      location.searchParams.set('code', code);
      return { location: location.href };
    },
    access(args, headers) {
      const client = clientOf(args, headers);
      if (client.id !== app.clientId) {
        return fail('invalid_client_id');
      }
      if (client.secret !== app.clientSecret) {
        return fail('bad_client_secret');
      }
      if (textAt(args, 'grant_type') === 'refresh_token') {
        return refresh(state, textAt(args, 'refresh_token'));
      }
      const code = textAt(args, 'code');
      const grant = grants.get(code);
      grants.delete(code);
      if (grant === undefined || clock.now() - grant.at > codeLifeMs) {
        return fail('invalid_code');
      }
      const redirectUri = textAt(args, 'redirect_uri');
      if (redirectUri !== '' && redirectUri !== grant.request.redirectUri) {
        return fail('bad_redirect_uri');
      }
      return install(state, grant);
    },
  };
}

function install(state: SlackState, { team, person, isOrg, request }: Grant) {
  const { app, tokens } = state;
  const current = tokens.botOf(team.id, isOrg ? team.enterprise?.id : undefined);
  const scopes = [...new Set([...(current?.scopes ?? []), ...request.scopes])];
  let bot: TokenRecord;
  if (current !== undefined && current.expiresAt === undefined && !app.tokenRotation) {
    current.scopes = scopes;
    bot = current;
  } else {
    bot = tokens.add({
      ...rotating(state),
      kind: 'bot',
      teamId: isOrg ? null : team.id,
      enterpriseId: team.enterprise?.id ?? null,
      userId: team.botUserId,
      scopes,
    });
  }
  return succeed({
    app_id: app.id,
    authed_user: { id: person.id },
    scope: bot.scopes.join(','),
    token_type: 'bot',
    ...grantFields(state, bot),
    bot_user_id: team.botUserId,
    team: isOrg ? null : { id: team.id, name: team.name },
    enterprise: team.enterprise && { id: team.enterprise.id, name: team.enterprise.name },
    is_enterprise_install: isOrg,
  });
}

function refresh(state: SlackState, refreshToken: string) {
  const old = state.tokens.takeRefresh(refreshToken);
  if (old === undefined) {
    return fail('invalid_refresh_token');
  }
  const { kind, teamId, enterpriseId, userId, scopes } = old;
  const fresh = state.tokens.add({
    ...rotating(state),
    kind,
    teamId,
    enterpriseId,
    userId,
    scopes,
  });
  const team = teamId === null ? null : state.directory.team(teamId);
  return succeed({
    app_id: state.app.id,
    scope: scopes.join(','),
    token_type: kind,
    ...grantFields(state, fresh),
    bot_user_id: userId,
    team: team && { id: team.id, name: team.name },
    enterprise: enterpriseId === null ? null : { id: enterpriseId, name: '' },
    is_enterprise_install: teamId === null,
  });
}

function grantFields(state: SlackState, token: TokenRecord) {
  return token.expiresAt === undefined
    ? { access_token: token.token }
    : {
        access_token: token.token,
        expires_in: Math.floor((token.expiresAt - state.clock.now()) / 1000),
        refresh_token: state.tokens.addRefresh(token),
      };
}

function rotating({ app, clock }: SlackState): { token: string; expiresAt?: number } {
  const secret = randomBytes(18).toString('hex');
  return app.tokenRotation
    ? { token: `xoxe.xoxb-1-${secret}`, expiresAt: clock.now() + rotatedTokenLifeSeconds * 1000 }
    : { token: `xoxb-sandbox-${secret}` };
}

function clientOf(args: JsonObject, headers: IncomingMessage['headers']): { id: string; secret: string } {
  const basic = /^Basic\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  const [id = '', secret = ''] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':');
  return { id: textAt(args, 'client_id') || id, secret: textAt(args, 'client_secret') || secret };
}

/** Slack takes any address below a registered one; with none registered the sandbox takes every address. */
function isRegistered(registered: readonly string[], uri: string): boolean {
  return registered.length === 0 || registered.some((known) => uri === known || uri.startsWith(`${known}/`));
}
