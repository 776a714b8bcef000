import { type Logger, webApi } from '@slack/bolt';
import type { Clock } from '../../domain/clock.ts';
import type { Installation } from '../../domain/installation.ts';
import { createLru } from '../../domain/lru.ts';
import type { SlackAppAccess } from '../../domain/slack-credentials.ts';
import { createRateLimitedFetch, webApiFetch } from './fetch.ts';
import { observeFetch, type SlackCallObserver } from './observed-fetch.ts';
import { NotInstalledError } from './slack-fault.ts';

/** The workspace whose installation a call uses. */
export type Workspace = {
  readonly team: string;
  /** Its Enterprise Grid organisation, whose installation counts where the workspace has none of its own. */
  readonly enterprise?: string;
};

/** Where bot tokens come from: one workspace, or whichever installation serves the workspace at hand. */
export type SlackAccess =
  | Extract<SlackAppAccess, { kind: 'one-workspace' }>
  | {
      readonly kind: 'installations';
      find(workspace: Workspace): Promise<Installation | undefined>;
    };

/** Web API clients of the bot in a workspace. They do not retry: the caller decides about that. */
export type Clients = {
  /** For calls that a person waits for: time out after 2 s, within the 3 s that a trigger id is valid. */
  prompt(workspace: Workspace): Promise<webApi.WebClient>;
  /** For replies: time out after 10 s. */
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

/** The dependencies of the clients. */
export type ClientsDeps = {
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly observe?: SlackCallObserver | undefined;
};

/**
 * Creates the clients of all workspaces. `prompt` and `patient` reject with a `NotInstalledError` when a workspace has no
 * installation, and with the storage's error when it cannot be read.
 */
export function createClients(
  { access, slackApiUrl }: { readonly access: SlackAccess; readonly slackApiUrl: string },
  { logger, clock, observe }: ClientsDeps,
): Clients {
  const limitedFetch = createRateLimitedFetch(() => clock.monotonic());
  const fetch = observe ? observeFetch(limitedFetch, observe) : limitedFetch;
  // Bounded, because each rotated token leaves a client behind.
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

  /** With a token for a whole organisation each call has to name the workspace: `team_id`. */
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
