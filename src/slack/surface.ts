import type { RequestListener } from 'node:http';
import type { NameDirectory, Reporter } from '../delivery/ports.ts';
import type { ConfirmationAsker } from '../linking/ports.ts';
import { createAdmission } from './admission.ts';
import { createFrame, type Frame, inTime } from './answering/frame.ts';
import { createApp } from './app.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { createClients } from './clients.ts';
import { createHomeTab } from './home-tab.ts';
import { createHttpDoor } from './http-receiver.ts';
import { createNames } from './names.ts';
import { createPeople } from './people.ts';
import { createConfirmationAsker } from './replies/confirmation-asker.ts';
import { createReplyRoutes } from './replies/reply-routes.ts';
import { createReporter } from './replies/reporter.ts';
import { createResponder } from './response-url.ts';
import type { SlackSettings, SurfaceDeps } from './settings.ts';
import { reasonOf } from './slack-fault.ts';
import { createSocketConnection } from './socket-connection.ts';
import { createStandings, type Standings } from './standings.ts';
import { watchChanges, watchReports } from './watch-changes.ts';

/** The service's face in Slack. */
export type SlackSurface = {
  /** In HTTP mode: answers what Slack sends to `/slack/events`, and 404 for anything else. */
  readonly requestListener?: RequestListener;
  /** Checks the token, and in Socket Mode connects. Rejects with one clear message. */
  start(): Promise<void>;
  /** Lets gestures in flight be answered (3 s at most), then in Socket Mode disconnects. Stopping twice is harmless. */
  stop(): Promise<void>;
  readonly reporter: Reporter;
  readonly names: NameDirectory;
  /** Where a person stands, asked in workspaces in which Slack may tell. */
  readonly standingOf: Standings;
  readonly confirmationAsker: ConfirmationAsker;
  /** Resolves when no gesture is being worked on any more. */
  settled(): Promise<void>;
};

/** Creates the surface. Nothing is connected before `start`. */
export function createSlackSurface(settings: SlackSettings, deps: SurfaceDeps): SlackSurface {
  const { clock, log } = deps;
  const logger = createBoltLogger(log);
  const clients = createClients(settings, logger);
  const people = createPeople({ clients, clock, log });
  const responder = createResponder({ slackApiUrl: settings.slackApiUrl, log });
  const routes = createReplyRoutes({ clients, responder, clock, log });
  const admission = createAdmission({ ...deps, access: settings.access, people });
  const frame = createFrame({ people, clients, responder, routes, admission, clock, log });
  const home = createHomeTab({ ...deps, clients, people, admission });
  const door = createDoor(settings, { clock, logger, log });
  const app = createApp({
    settings,
    receiver: door.receiver,
    tools: { ...watchChanges(deps, home.refresh), frame, people, home },
    logger,
    log,
  });
  return {
    ...('requestListener' in door ? { requestListener: door.requestListener } : {}),
    async start() {
      await checked('Slack does not accept the bot token', app.init());
      if ('connect' in door) {
        await checked('Slack does not open a Socket Mode connection', door.connect());
      }
    },
    async stop() {
      await answered(frame, clock);
      await home.stop();
      if ('disconnect' in door) {
        await door.disconnect();
      }
    },
    reporter: watchReports(createReporter(routes), home.refresh),
    confirmationAsker: createConfirmationAsker({ clients, log }),
    names: createNames({ people, clients, findIdentity: deps.linking.find, clock, log }),
    standingOf: createStandings(clients),
    settled: frame.settled,
  };
}

type DoorDeps = Pick<Parameters<typeof createHttpDoor>[0], 'clock' | 'logger' | 'log'>;

function createDoor({ transport, slackApiUrl }: SlackSettings, deps: DoorDeps) {
  return transport.mode === 'http'
    ? createHttpDoor({ ...transport, ...deps })
    : createSocketConnection({ ...transport, slackApiUrl, ...deps });
}

/** Slack's refusal in words for the administrator, without the token. */
async function checked(problem: string, step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch (error) {
    throw new Error(`${problem}: ${reasonOf(error)}`, { cause: error });
  }
}

const answerWithinMs = 3_000;

async function answered(frame: Frame, clock: SurfaceDeps['clock']): Promise<void> {
  await inTime(clock, answerWithinMs, frame.settled());
}
