import { webApi } from '@slack/bolt';
import type { Person } from '../../domain/person.ts';
import type { StandingAnswer } from '../../linking/daily-check.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { askSlackUser } from './slack-user.ts';

/** Asks Slack where a person stands; never rejects, and remembers nothing. */
export type Standings = (person: Person, workspaces: readonly Workspace[]) => Promise<StandingAnswer>;

/** Creates the question over `users.info`. Where several workspaces may know somebody, the first that does tells. */
export function createStandings(clients: Clients): Standings {
  return async ({ user }, workspaces) => {
    for (const workspace of workspaces) {
      const answer = await ask(workspace, user);
      if (answer.kind !== 'unknown') {
        return answer;
      }
    }
    return { kind: 'unknown' };
  };

  async function ask(workspace: Workspace, user: string): Promise<StandingAnswer> {
    try {
      const client = await clients.patient(workspace);
      return { kind: 'known', standing: (await askSlackUser(client, workspace, user)).standing };
    } catch (error) {
      if (error instanceof webApi.WebAPIRateLimitedError) {
        return { kind: 'later', inMs: error.retryAfter * 1_000 };
      }
      return { kind: 'unknown' };
    }
  }
}
