import { webApi } from '@slack/bolt';
import type { Person } from '../../domain/person.ts';
import type { UserStatusAnswer } from '../../linking/daily-check.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { askSlackUser } from './slack-user.ts';

/** Asks Slack where a person stands; never rejects, and remembers nothing. */
export type UserStatusLookup = (person: Person, workspaces: readonly Workspace[]) => Promise<UserStatusAnswer>;

/** Creates the question over `users.info`. Where several workspaces may know somebody, the first that does tells. */
export function createUserStatusLookup(clients: Clients): UserStatusLookup {
  return async ({ user }, workspaces) => {
    for (const workspace of workspaces) {
      const answer = await ask(workspace, user);
      if (answer.kind !== 'unknown') {
        return answer;
      }
    }
    return { kind: 'unknown' };
  };

  async function ask(workspace: Workspace, user: string): Promise<UserStatusAnswer> {
    try {
      const client = await clients.patient(workspace);
      return { kind: 'known', userStatus: (await askSlackUser(client, workspace, user)).userStatus };
    } catch (error) {
      if (error instanceof webApi.WebAPIRateLimitedError) {
        return { kind: 'later', inMs: error.retryAfter * 1_000 };
      }
      return { kind: 'unknown' };
    }
  }
}
