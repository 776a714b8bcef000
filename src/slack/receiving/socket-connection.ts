import { type Logger, SocketModeReceiver } from '@slack/bolt';
import { type Clock, within } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import type { UsedOnce } from '../../linking/ports.ts';
import { clientOptions } from '../web-api/clients.ts';
import { socketRoute } from '../web-api/outgoing.ts';
import { reasonOf, waitOf } from '../web-api/slack-fault.ts';
import { guardEnvelopes } from './envelope-gate.ts';
import { createReplayGuard } from './replay-guard.ts';
import { apologyFor, UnansweredError } from './unanswered.ts';

/** What holding a connection of Socket Mode needs. */
export type SocketDeps = {
  readonly appToken: Secret;
  readonly slackApiUrl: string;
  /** Remembers envelopes, as it does signatures over HTTP. */
  readonly usedSignatures: UsedOnce;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly log: Log;
};

/** A connection to Slack that is made again whenever it ends. */
export type SocketConnection = {
  readonly receiver: SocketModeReceiver;
  /** Resolves when the first connection stands; rejects when Slack refuses it or cannot be reached. */
  connect(): Promise<void>;
  /** Ends the connection; resolves when it is closed, or after 2 s. */
  disconnect(): Promise<void>;
};

const reconnectMs = [0, 1_000, 2_000, 5_000, 10_000, 30_000];
const connectWithinMs = 15_000;
const closeWithinMs = 2_000;
const steadyMs = 10_000;

/**
 * Creates the connection for Socket Mode. Bolt's own way of connecting again leaves a gap of 5 s at each change of
 * connection, and ends the process when Slack cannot be reached meanwhile: so it is switched off and done here.
 */
export function createSocketConnection(deps: SocketDeps): SocketConnection {
  const { appToken, slackApiUrl, clock, logger, log } = deps;
  const { dispatcher, cut } = socketRoute();
  const receiver = new SocketModeReceiver({
    appToken: appToken.reveal(),
    dispatcher,
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: clientOptions(slackApiUrl, logger) },
    processEventErrorHandler: async ({ error, event }) => {
      // Anything but a command is left unacknowledged: Slack then tells the person that the app failed.
      if (error instanceof UnansweredError && error.isCommand) {
        await event.ack(apologyFor(error)).catch(() => {});
      }
      return false;
    },
  });
  const { client } = receiver;
  guardEnvelopes({ client, isFirst: createReplayGuard({ used: deps.usedSignatures, clock }), clock, log });
  let wanted = false;
  let failures = 0;
  let openedAt = 0;
  let cancel = () => {};

  return {
    receiver,
    async connect() {
      wanted = true;
      await open();
    },
    async disconnect() {
      wanted = false;
      cancel();
      await within(clock, closeWithinMs, client.disconnect(), () => {});
      cut();
    },
  };

  async function open(): Promise<void> {
    const opening = client.start().then(() => true);
    const opened = await within(clock, connectWithinMs, opening, () => false);
    if (opened && wanted) {
      openedAt = clock.monotonic();
      client.once('disconnected', lost);
      return;
    }
    void client.disconnect();
    if (!opened) {
      throw new Error('Slack did not open the Socket Mode connection in time');
    }
  }

  /** Slack changes connections all day long; one that ends right after it was made is a failure, and waits. */
  function lost(): void {
    cut();
    if (clock.monotonic() - openedAt >= steadyMs) {
      failures = 0;
    }
    planToReopen();
  }

  function planToReopen(askedMs = 0): void {
    if (!wanted) {
      return;
    }
    const waitMs = reconnectMs[Math.min(failures, reconnectMs.length - 1)] ?? 0;
    failures += 1;
    cancel = clock.schedule(Math.max(waitMs, askedMs), () => void reopen());
  }

  async function reopen(): Promise<void> {
    try {
      await open();
      log.info({}, 'connected to Slack again');
    } catch (error) {
      log.warn({ failures, reason: reasonOf(error) }, 'no connection to Slack');
      planToReopen(waitOf(error));
    }
  }
}
