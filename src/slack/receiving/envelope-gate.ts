import type { SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import { createSummedLog } from '../../observability/summed-log.ts';
import type { ReplayGuard } from './replay-guard.ts';
import { isRateLimited, isSlackBody } from './slack-body.ts';

/** What checking envelopes of Socket Mode needs. */
export type EnvelopeGateDeps = {
  readonly client: SocketModeReceiver['client'];
  readonly isFirst: ReplayGuard;
  readonly clock: Pick<Clock, 'schedule' | 'monotonic'>;
  readonly log: Log;
};

/** As many as a server has connections over HTTP. */
const maxUnderWay = 512;

/** After this nobody waits for the acknowledgement any more: Slack gives up after 3 s. */
const underWayMs = 5_000;

/**
 * Checks what comes over the socket before Bolt's client sees it, as the gate does over HTTP: that it is an envelope
 * with something of Slack's in it, that it was not here before, and that there are not too many under way. Bolt's
 * client fails on anything else where nobody catches it, which ends the process (@slack/socket-mode,
 * `onWebSocketMessage`). What is refused is left unacknowledged: Slack repeats events, and tells people that the app
 * failed.
 */
export function guardEnvelopes({ client, isFirst, clock, log }: EnvelopeGateDeps): void {
  const logSum = createSummedLog({ clock, log });
  const underWay = new Map<string, number>();
  const listeners = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: unknown) => {
    receive(data, isBinary).catch((error: unknown) => log.error({ error }, 'a message of the socket failed'));
  });
  client.on('outgoing_message', (answer: unknown) => {
    underWay.delete(answered.safeParse(answer).data?.envelope_id ?? '');
  });

  async function receive(data: unknown, isBinary: unknown): Promise<void> {
    const message = readJson(data);
    const reason = isBinary === true ? 'not a text' : await refusalOf(message);
    if (reason !== undefined) {
      return logSum('warn', { reason }, 'a message of the socket was refused');
    }
    const told = asEvent(message) ?? data;
    await Promise.all(listeners.map((listener) => listener.call(client, told, false)));
  }

  async function refusalOf(message: unknown): Promise<string | undefined> {
    if (control.safeParse(message).success) {
      return undefined;
    }
    const read = envelope.safeParse(message);
    if (!read.success) {
      return 'not an envelope of Slack';
    }
    const { envelope_id: id, payload } = read.data;
    if (!hasRoom()) {
      return 'too many at once';
    }
    underWay.set(id, clock.monotonic());
    return (await isFirst(`envelope ${id}`, payload)) ? undefined : 'seen before';
  }

  /** The oldest come first: nobody waits for those any more. */
  function hasRoom(): boolean {
    for (const [id, since] of underWay) {
      if (underWay.size < maxUnderWay || clock.monotonic() - since < underWayMs) {
        break;
      }
      underWay.delete(id);
    }
    return underWay.size < maxUnderWay;
  }
}

/** Names that Bolt's client gives its own events: it emits each event of Slack under that one's name as well. */
const ownEvents = new Set([
  'authenticated',
  'close',
  'connected',
  'connecting',
  'disconnected',
  'disconnecting',
  'error',
  'outgoing_message',
  'reconnecting',
  'slack_event',
  'ws_message',
]);

const control = z.object({ type: z.enum(['hello', 'disconnect']) });
const answered = z.object({ envelope_id: z.string() });

const payload = z.unknown().refine(isSlackBody);
const envelopeId = z.string().regex(/^[\w-]{1,64}$/);
const rateLimited = z.looseObject({ type: z.literal('events_api'), payload: z.unknown().refine(isRateLimited) });
const named = z.object({ event: z.object({ type: z.string().refine((name) => !ownEvents.has(name)) }) });
const envelope = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['slash_commands', 'interactive']), envelope_id: envelopeId, payload }),
  z.object({
    type: z.literal('events_api'),
    envelope_id: envelopeId,
    payload: z.union([named, z.unknown().refine(isRateLimited)]),
  }),
]);

/** What Slack says about its events, as one that nothing listens to: Bolt acknowledges that, and fails without one. */
function asEvent(message: unknown): string | undefined {
  const { data } = rateLimited.safeParse(message);
  return data && JSON.stringify({ ...data, payload: { type: 'event_callback', event: { type: 'app_rate_limited' } } });
}

function readJson(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
