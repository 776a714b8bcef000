import { type Logger, webApi } from '@slack/bolt';
import type { Clock } from '../../domain/clock.ts';
import { createLru } from '../../domain/lru.ts';
import type { SlackSettings } from '../ports.ts';
import { createObedientFetch, webApiFetch } from './fetch.ts';
import { observeFetch, type SlackCallObserver } from './observed-fetch.ts';
import { NotInstalledError } from './slack-fault.ts';

/** Where an installation is looked for. */
export type Workspace = {
  /** May be the only id, or the organisation's installation may count. */
  readonly team: string;
  readonly enterprise?: string;
};

/** Web API clients of the bot in a workspace. Nothing is retried by them: whoever calls decides that. */
export type Clients = {
  /** For what a person waits for: gives up after 2 s, inside the 3 s that a trigger id lives. */
  prompt(workspace: Workspace): Promise<webApi.WebClient>;
  /** For replies: gives up after 10 s. */
  patient(workspace: Workspace): Promise<webApi.WebClient>;
};

const promptMs = 2_000;
const patientMs = 10_000;
const maxClients = 1_000;

/** Options of every client. A new object each time: the libraries write into what they are given. */
export function clientOptions(slackApiUrl: string, logger: Logger, timeout = promptMs): webApi.WebClientOptions {
  return {
    slackApiUrl,
    logger,
    timeout,
    fetch: webApiFetch,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  };
}

/** What calling Slack's Web API needs. */
export type ClientsDeps = {
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly observe?: SlackCallObserver | undefined;
};

/** Creates the clients of all workspaces. Rejects when a workspace has no installation or it cannot be read. */
export function createClients(
  { access, slackApiUrl }: Pick<SlackSettings, 'access' | 'slackApiUrl'>,
  { logger, clock, observe }: ClientsDeps,
): Clients {
  const obedient = createObedientFetch(() => clock.monotonic());
  const fetch = observe ? observeFetch(obedient, observe) : obedient;
  // Rotated tokens leave clients behind, so the oldest ones give way.
  const clients = createLru<webApi.WebClient>(maxClients);
  return {
    prompt: (workspace) => clientFor(workspace, promptMs),
    patient: (workspace) => clientFor(workspace, patientMs),
  };

  async function clientFor(workspace: Workspace, timeoutMs: number): Promise<webApi.WebClient> {
    const { token, teamId } = await accessTo(workspace);
    const key = `${timeoutMs} ${teamId ?? ''} ${token}`;
    const known = clients.get(key);
    if (known) {
      return known;
    }
    const options = { ...clientOptions(slackApiUrl, logger, timeoutMs), fetch };
    const client = new webApi.WebClient(token, teamId === undefined ? options : { ...options, teamId });
    clients.set(key, client);
    return client;
  }

  /** With the token of a whole organisation each call says which of its workspaces it is about. */
  async function accessTo(workspace: Workspace): Promise<{ readonly token: string; readonly teamId?: string }> {
    if (access.kind === 'one-workspace') {
      return { token: access.botToken.reveal() };
    }
    const installation = await access.find(workspace);
    if (!installation) {
      throw new NotInstalledError('The app is not installed in this workspace');
    }
    const token = installation.bot.token.reveal();
    return installation.id === workspace.team ? { token } : { token, teamId: workspace.team };
  }
}
