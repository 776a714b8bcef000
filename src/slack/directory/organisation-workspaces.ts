import { z } from 'zod';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import type { Clients } from '../web-api/clients.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import { createSlackFacts } from './slack-facts.ts';

/**
 * The workspaces of an organisation that the app was given, where it is installed for the organisation; `undefined`
 * while Slack does not tell. Never rejects.
 */
export type OrganisationWorkspaces = (organisation: string) => Promise<readonly string[] | undefined>;

/** What asking for them needs. */
export type OrganisationWorkspacesDeps = {
  readonly clients: Pick<Clients, 'prompt'>;
  readonly clock: Pick<Clock, 'now' | 'schedule'>;
  readonly log: Log;
};

/** Administrators give the app to workspaces, and take it away, once in a while. */
const keepMs = 10 * 60_000;
/** The most that a page holds. Source: docs.slack.dev, auth.teams.list (no scope, some 20 calls a minute). */
const pageSize = 1_000;
const maxPages = 5;

const page = z.object({
  teams: z.array(z.object({ id: z.string() })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Creates the question, over `auth.teams.list`. */
export function createOrganisationWorkspaces(deps: OrganisationWorkspacesDeps): OrganisationWorkspaces {
  const known = createSlackFacts<readonly string[]>(deps.clock, keepMs);
  return (organisation) => known(organisation, () => tryToAsk(deps, organisation));
}

async function tryToAsk({ clients, log }: OrganisationWorkspacesDeps, organisation: string) {
  try {
    const client = await clients.prompt({ team: organisation, enterprise: organisation });
    const found: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < maxPages; pages += 1) {
      const asked = { limit: pageSize, ...(cursor === '' ? {} : { cursor }) };
      const { teams, response_metadata } = page.parse(await client.auth.teams.list(asked));
      found.push(...teams.map(({ id }) => id));
      cursor = response_metadata?.next_cursor ?? '';
      if (cursor === '') {
        break;
      }
    }
    return found;
  } catch (error) {
    log.warn({ organisation, reason: reasonOf(error) }, 'Slack does not tell the workspaces of an organisation');
    return undefined;
  }
}
