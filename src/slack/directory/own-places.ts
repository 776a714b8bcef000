import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import { createLru } from '../../domain/lru.ts';
import { present } from '../../domain/present.ts';
import type { Clients, SlackAccess, Workspace } from '../web-api/clients.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import { createSlackFacts } from './slack-facts.ts';

/**
 * Where the app is. Slack's payloads name organisations of whoever acts, in channels that are shared with others
 * (Slack Connect), so that an organisation is ours only where the installation says so, or `auth.test` of our own token.
 * Source: `extract_team_id` in github.com/slackapi/bolt-python, `slack_bolt/request/internals.py`: there is no
 * organisation beside `app_installed_team_id`, one has to ask where that team belongs to.
 */
export type OwnPlaces = {
  /** Asks Slack where the one token is for, where there is one. Rejects as Bolt's Web API client does. */
  arrive(): Promise<void>;
  /** The place as it is known here, for a place as a payload names it. Never rejects. */
  of(named: Workspace): Promise<Workspace>;
  /** Whether the app is there. Rejects when the storage fails. */
  isOurs(place: Workspace): Promise<boolean>;
};

/** What finding out where the app is installed needs. */
export type OwnPlacesDeps = {
  readonly access: SlackAccess;
  readonly clients: Clients;
  readonly clock: Pick<Clock, 'now' | 'schedule'>;
  readonly log: Log;
};

/** What Slack tells of a token; `team` is missing where it is for a whole organisation. */
type Told = { readonly team?: string; readonly enterprise?: string };

/** Workspaces join organisations, once in their life. */
const keepMs = 60 * 60_000;
const capacity = 10_000;

/** Creates the places. */
export function createOwnPlaces(deps: OwnPlacesDeps): OwnPlaces {
  const { access } = deps;
  const told = createSlackFacts<Told>(deps.clock, keepMs);
  const ask: Ask = (place) => told(place.team, () => tryToAsk(deps, place));
  return access.kind === 'one-workspace' ? placeOfToken(deps, ask) : placesOfInstallations(access.find, ask, deps.log);
}

type Ask = (place: Workspace) => Promise<Told | undefined>;

/** The one place of the token. Until Slack has told which that is, payloads are taken at their word. */
function placeOfToken({ clients }: Pick<OwnPlacesDeps, 'clients'>, ask: Ask): OwnPlaces {
  let own: Told | undefined;
  const place = async () => {
    own ??= await ask(oneToken);
    return own;
  };

  return {
    async arrive() {
      own = await askSlack(clients.patient(oneToken));
    },
    async of(named) {
      const known = await place();
      if (!known || !isWithin(known, named)) {
        return named;
      }
      const team = known.team ?? named.team;
      if (team !== named.team || agrees(known, named)) {
        return placeIn(team, known.enterprise);
      }
      own = (await ask(oneToken)) ?? known;
      return placeIn(team, own.enterprise);
    },
    async isOurs(named) {
      const known = await place();
      return !known || isWithin(known, named);
    },
  };
}

/** Any client there is has the one token. */
const oneToken: Workspace = { team: '' };

function isWithin({ team, enterprise }: Told, named: Workspace): boolean {
  return named.team === team || (enterprise !== undefined && [named.team, named.enterprise].includes(enterprise));
}

/** The places of all installations: of a workspace, or of an organisation with its workspaces. */
function placesOfInstallations(find: Find, ask: Ask, log: Log): OwnPlaces {
  /** The organisations whose installation serves a workspace: a window may come back that names the workspace alone. */
  const served = createLru<string>(capacity);

  return {
    arrive: async () => {},
    async of(named) {
      const { team, enterprise } = named;
      try {
        const installation = await find({ team });
        if (!installation) {
          return await placeServed(named);
        }
        return agrees(installation, named)
          ? placeIn(team, installation.enterprise ?? enterprise)
          : placeIn(team, ((await ask({ team })) ?? installation).enterprise);
      } catch (error) {
        log.warn({ error }, 'where the app is installed could not be read; what Slack names serves');
        return named;
      }
    },
    isOurs: async (named) => (await find(named)) !== undefined,
  };

  async function placeServed(named: Workspace): Promise<Workspace> {
    const { team, enterprise } = named;
    if (enterprise === undefined) {
      return placeIn(team, served.get(team));
    }
    if (await find({ team: enterprise })) {
      served.set(team, enterprise);
    }
    return named;
  }
}

type Find = Extract<SlackAccess, { kind: 'installations' }>['find'];

/** Whether a payload names no other organisation than the one that is known. */
function agrees(known: { readonly enterprise?: string }, { team, enterprise }: Workspace): boolean {
  return enterprise === undefined || enterprise === known.enterprise || enterprise === team;
}

function placeIn(team: string, enterprise: string | undefined): Workspace {
  return { team, ...present({ enterprise }) };
}

async function tryToAsk({ clients, log }: Pick<OwnPlacesDeps, 'clients' | 'log'>, place: Workspace) {
  try {
    return await askSlack(clients.prompt(place));
  } catch (error) {
    log.warn({ team: place.team, reason: reasonOf(error) }, 'Slack does not tell where its token is for');
    return undefined;
  }
}

/**
 * `undefined` where the answer names no place. Source: docs.slack.dev, `auth.test`: `enterprise_id` within Enterprise
 * Grid, `is_enterprise_install`.
 */
async function askSlack(client: ReturnType<Clients['prompt']>): Promise<Told | undefined> {
  const { team_id, enterprise_id, is_enterprise_install } = await (await client).auth.test();
  const told = present({ team: is_enterprise_install ? undefined : team_id, enterprise: enterprise_id || undefined });
  return told.team === undefined && told.enterprise === undefined ? undefined : told;
}
