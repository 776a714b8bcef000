import { type Clock, within } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import type { Clients, SlackAccess, Workspace } from '../web-api/clients.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import { createSlackFacts, soonMs } from './slack-facts.ts';

/** What the app was given in a workspace. */
export type BotScopes = {
  /** Whether it has an optional scope; not, where that is not known soon. Never rejects. */
  has(workspace: Workspace, scope: string): Promise<boolean>;
};

/** What looking up the scopes of the app needs. */
export type BotScopesDeps = {
  readonly access: SlackAccess;
  readonly clients: Pick<Clients, 'prompt'>;
  readonly clock: Pick<Clock, 'now' | 'schedule'>;
  readonly log: Log;
};

const keepMs = 10 * 60_000;

/** Creates the look-up: an installation keeps its scopes; of the one token Slack tells them with `auth.test`. */
export function createBotScopes({ access, clients, clock, log }: BotScopesDeps): BotScopes {
  const known = createSlackFacts<readonly string[]>(clock, keepMs);
  return {
    async has(workspace, scope) {
      const found = within(clock, soonMs, find(workspace), () => undefined);
      return (await found)?.includes(scope) === true;
    },
  };

  async function find(workspace: Workspace): Promise<readonly string[] | undefined> {
    try {
      if (access.kind === 'installations') {
        return (await access.find(workspace))?.bot.scopes;
      }
      return await known(workspace.team, () => ask(workspace));
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'what the app may do in Slack is not known');
      return undefined;
    }
  }

  /** Source: docs.slack.dev, `auth.test`, and the header `x-oauth-scopes`. */
  async function ask(workspace: Workspace): Promise<readonly string[] | undefined> {
    const { response_metadata: told } = await (await clients.prompt(workspace)).auth.test();
    return told?.scopes;
  }
}
