import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isObject, type Json, type JsonObject, parseJson, textAt } from '../json.ts';
import type { Changes } from '../state/changes.ts';

/** What an envelope holds. */
export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

/** The answer to an envelope; `undefined` when none came in time. */
type SocketAck = { readonly payload: Json | undefined } | undefined;

/** Slack's side of Socket Mode (docs.slack.dev, using Socket Mode). */
export type SocketMode = {
  /** A one-time address for `apps.connections.open`. */
  issueUrl(origin: string, appId: string): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends an envelope over one of the open connections and waits for its acknowledgement. */
  send(type: EnvelopeType, payload: JsonObject, options: SendOptions): Promise<SocketAck>;
  readonly connections: number;
  /** Slack asks a connection to come back over a new one: `warning` announces it, `refresh_requested` does it. */
  askToReconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  /** Sends anything at all over every connection; `more`: it is a piece, and the message goes on. */
  say(data: string | Buffer, options?: { readonly more: boolean }): void;
  /** Cuts every connection without a word. */
  drop(): void;
  close(): void;
};

type SendOptions = {
  readonly timeoutMs: number;
  readonly retry?: { readonly attempt: number; readonly reason: string };
};

const pingEveryMs = 10_000;
const maxConnections = 10;

/** Creates Slack's side of Socket Mode, without a connection yet. */
export function createSocketMode(changes: Changes): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, string>();
  const open = new Set<WebSocket>();
  const waiting = new Map<string, (payload: Json | undefined) => void>();
  const pings = setInterval(() => {
    for (const connection of open) {
      connection.ping();
    }
  }, pingEveryMs).unref();
  let turn = 0;

  const greet = (connection: WebSocket, appId: string): void => {
    open.add(connection);
    connection.on('message', (data) => receive(String(data), waiting));
    connection.on('error', () => connection.terminate());
    connection.on('close', () => {
      open.delete(connection);
      changes.announce();
    });
    connection.send(
      JSON.stringify({
        type: 'hello',
        num_connections: open.size,
        connection_info: { app_id: appId },
        debug_info: { host: 'sandbox', started: '', build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
    changes.announce();
  };
  return {
    issueUrl(origin, appId) {
      const ticket = randomUUID();
      tickets.set(ticket, appId);
      return `${origin.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'http://sandbox').searchParams.get('ticket') ?? '';
      const appId = tickets.get(ticket);
      tickets.delete(ticket);
      if (appId === undefined || open.size >= maxConnections) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (connection) => greet(connection, appId));
    },
    send(type, payload, { timeoutMs, retry }) {
      turn += 1;
      const connection = [...open][turn % Math.max(1, open.size)];
      if (connection === undefined) {
        return Promise.resolve(undefined);
      }
      const id = randomUUID();
      const envelope = {
        envelope_id: id,
        type,
        payload,
        accepts_response_payload: type !== 'events_api',
        ...(retry ? { retry_attempt: retry.attempt, retry_reason: retry.reason } : {}),
      };
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          resolve(undefined);
        }, timeoutMs);
        waiting.set(id, (ack) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve({ payload: ack });
        });
        connection.send(JSON.stringify(envelope));
      });
    },
    get connections() {
      return open.size;
    },
    askToReconnect(reason) {
      for (const connection of open) {
        connection.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'sandbox' } }));
      }
    },
    say(data, { more } = { more: false }) {
      for (const connection of open) {
        connection.send(data, { fin: !more });
      }
    },
    drop() {
      for (const connection of open) {
        connection.terminate();
      }
    },
    close() {
      clearInterval(pings);
      for (const connection of open) {
        connection.terminate();
      }
      server.close();
    },
  };
}

function receive(data: string, waiting: Map<string, (payload: Json | undefined) => void>): void {
  const message = parseJson(data);
  if (isObject(message)) {
    waiting.get(textAt(message, 'envelope_id'))?.(message['payload']);
  }
}
