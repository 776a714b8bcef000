import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { userId, type View, viewFields, workspace } from './interactions.ts';

/**
 * As much of Slack's Web API as the service asks while it carries messages. The sandbox's Slack is more faithful, and
 * so much slower that it would be what is measured.
 */
export type WebApi = {
  readonly origin: string;
  /** Messages posted to response URLs and conversations so far. */
  readonly replies: number;
  /** The view that is opened with this trigger id; rejects when none is within 5 s. */
  openedWith(trigger: string): Promise<View>;
  /** Resolves at the next `views.update`, or after `withinMs`. */
};

const view: z.ZodType<View> = z.looseObject({
  blocks: z.array(
    z.looseObject({
      type: z.string(),
      block_id: z.string().optional(),
      element: z.looseObject({ type: z.string(), action_id: z.string().optional() }).optional(),
    }),
  ),
});

const viewWithinMs = 5_000;

/** Starts it on a free port of 127.0.0.1. */
export async function startWebApi(): Promise<WebApi> {
  const opened = new Map<string, PromiseWithResolvers<View>>();
  let replies = 0;

  const server = createServer((request, response) => {
    void receive(request).then(
      (answer) => send(response, 200, answer),
      (error: unknown) => send(response, 500, { ok: false, error: String(error) }),
    );
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();

  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    get replies() {
      return replies;
    },
    async openedWith(trigger) {
      const timer = setTimeout(() => openingOf(trigger).reject(new Error('no view was opened')), viewWithinMs);
      try {
        return await openingOf(trigger).promise;
      } finally {
        clearTimeout(timer);
        opened.delete(trigger);
      }
    },
  };

  async function receive(request: IncomingMessage): Promise<object> {
    const [, kind, method = ''] = request.url?.split('/') ?? [];
    const body = await text(request);
    if (kind === 'response' || method.startsWith('chat.post')) {
      replies += 1;
    }
    if (kind === 'response') {
      return { ok: true };
    }
    return answerMethod(method, readArguments(request, body));
  }

  function answerMethod(method: string, given: ReadonlyMap<string, unknown>): object {
    switch (method) {
      case 'views.open': {
        const content = view.parse(fromJson(given.get('view')));
        openingOf(String(given.get('trigger_id'))).resolve(content);
        return { ok: true, view: { ...content, ...viewFields(0), state: { values: {} } } };
      }
      case 'users.info':
        return { ok: true, user: describeUser(String(given.get('user'))) };
      case 'auth.test':
        return {
          ok: true,
          url: 'https://bench.slack.com/',
          team: 'Bench',
          user: 'b24task',
          team_id: workspace.team,
          user_id: workspace.botUser,
          bot_id: workspace.bot,
        };
      default:
        return { ok: true, ts: '1700000000.000100', message_ts: '1700000000.000100' };
    }
  }

  function openingOf(trigger: string): PromiseWithResolvers<View> {
    const opening = opened.get(trigger) ?? Promise.withResolvers<View>();
    opened.set(trigger, opening);
    return opening;
  }
}

/** Clients send forms, with objects as JSON text in them, or one JSON object. */
function readArguments(request: IncomingMessage, body: string): ReadonlyMap<string, unknown> {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return new Map(new URLSearchParams(body));
  }
  const input: unknown = JSON.parse(body);
  return new Map(Object.entries(z.record(z.string(), z.unknown()).parse(input)));
}

function fromJson(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

function describeUser(id: string): object {
  const name = id.toLowerCase();
  return {
    id,
    team_id: workspace.team,
    name,
    real_name: `Person ${id}`,
    locale: 'en-US',
    tz: 'Europe/Berlin',
    deleted: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_admin: id === userId(0),
    profile: { display_name: name, real_name: `Person ${id}` },
  };
}

function send(response: ServerResponse, status: number, answer: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}
