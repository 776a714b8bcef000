import type { RequestListener } from 'node:http';
import type { Reporter } from '../delivery/ports.ts';
import { within } from '../domain/clock.ts';
import { createInteractionRunner, type InteractionRunner } from './answering/interaction-runner.ts';
import { createApp } from './app.ts';
import { createAccessPolicy } from './directory/access-policy.ts';
import { createBotScopes } from './directory/bot-scopes.ts';
import { createOrganisationWorkspaces } from './directory/organisation-workspaces.ts';
import { createOwnPlaces, type OwnPlaces } from './directory/own-places.ts';
import { createThreads } from './directory/threads.ts';
import type { SlackSettings, SurfaceDeps } from './ports.ts';
import { createHttpReceiver } from './receiving/http-receiver.ts';
import { createSocketConnection } from './receiving/socket-connection.ts';
import { createAnnouncer } from './replies/announcer.ts';
import { createHomeTab } from './replies/home-tab.ts';
import { createReplyRoutes } from './replies/reply-routes.ts';
import { createReporter } from './replies/reporter.ts';
import { createResponder } from './replies/response-url.ts';
import type { SlackDirectory } from './slack-directory.ts';
import { createStartup, type StartupStep } from './startup.ts';
import { createBoltLogger } from './web-api/bolt-logger.ts';

/** What people meet of the service in Slack. */
export type SlackSurface = {
  /** In HTTP mode: answers what Slack sends to `/slack/events`, and 404 for anything else. */
  readonly requestListener?: RequestListener;
  /**
   * Checks the token, and in Socket Mode connects. Rejects with one clear message where Slack refuses that. Where Slack
   * cannot be reached it resolves, and goes on by itself.
   */
  start(): Promise<void>;
  /** Whether Slack has taken what `start` asks of it. */
  isReady(): boolean;
  /**
   * Lets interactions in flight be answered (3 s at most), then in Socket Mode disconnects. Stopping twice is harmless.
   */
  stop(): Promise<void>;
  readonly reporter: Reporter;
};

/** Creates the surface. Nothing is connected before `start`. */
export function createSlackSurface(
  settings: SlackSettings,
  directory: Pick<SlackDirectory, 'clients' | 'people' | 'authors'>,
  deps: SurfaceDeps,
): SlackSurface {
  const { clock, log } = deps;
  const { clients, people, authors } = directory;
  const logger = createBoltLogger(log);
  const responder = createResponder({ slackApiUrl: settings.slackApiUrl, clock, log, observe: deps.observe });
  const routes = createReplyRoutes({ clients, responder, clock, log });
  const places = createOwnPlaces({ access: settings.access, clients, clock, log });
  const workspacesOf = createOrganisationWorkspaces({ clients, clock, log });
  const botScopes = createBotScopes({ access: settings.access, clients, clock, log });
  const accessPolicy = createAccessPolicy({ ...deps, places, workspacesOf, people });
  const threads = createThreads({ ...deps, clients, authors });
  const home = createHomeTab({ ...deps, clients, people, accessPolicy });
  const changed = home.refresh;
  const runner = createInteractionRunner({
    ...deps,
    people,
    clients,
    responder,
    routes,
    accessPolicy,
    changed,
  });
  const connection = createConnection(settings, { usedSignatures: deps.usedSignatures, clock, logger, log });
  const app = createApp({
    settings,
    receiver: connection.receiver,
    deps: { ...deps, runner, people, places, authors, threads, botScopes, home },
    logger,
    log,
  });
  const startup = createStartup(startupSteps(settings, places, connection), { clock, log });
  return {
    ...('requestListener' in connection ? { requestListener: connection.requestListener } : {}),
    async start() {
      await app.init();
      await startup.start();
      await runner.start();
    },
    isReady: startup.isComplete,
    async stop() {
      startup.stop();
      runner.stop();
      await answered(runner, clock);
      await home.stop();
      await answered(runner, clock);
      if ('disconnect' in connection) {
        await connection.disconnect();
      }
    },
    reporter: createReporter({
      routes,
      announce: createAnnouncer({ clients, log }),
      canTakeBack: deps.takingBack.isOffered,
      changed,
    }),
  };
}

type ConnectionDeps = Pick<Parameters<typeof createHttpReceiver>[0], 'usedSignatures' | 'clock' | 'logger' | 'log'>;

function createConnection({ transport, slackApiUrl }: SlackSettings, deps: ConnectionDeps) {
  return transport.mode === 'http'
    ? createHttpReceiver({ ...transport, ...deps })
    : createSocketConnection({ ...transport, slackApiUrl, ...deps });
}

/** Tokens of installations are checked when they come, and looked after each day. */
function startupSteps(
  { access }: SlackSettings,
  places: OwnPlaces,
  connection: ReturnType<typeof createConnection>,
): readonly StartupStep[] {
  const token: StartupStep = {
    problem: 'Slack does not accept the bot token',
    take: places.arrive,
  };
  return [
    ...(access.kind === 'one-workspace' ? [token] : []),
    ...('connect' in connection
      ? [{ problem: 'Slack does not open a Socket Mode connection', take: connection.connect } satisfies StartupStep]
      : []),
  ];
}

const answerWithinMs = 3_000;

async function answered(runner: InteractionRunner, clock: SurfaceDeps['clock']): Promise<void> {
  await within(clock, answerWithinMs, runner.settled(), () => {});
}
