import { onTestFinished } from 'vitest';
import { type Portal, type PortalOptions, startPortal } from '../../../src/sandbox/bitrix24/portal.ts';

/** The method that writes into the chat of a task. */
export const sendMethod = 'tasks.task.chat.message.send';
/** What the error codes of REST 3.0 begin with. */
export const v3Prefix = 'BITRIX_REST_V3_EXCEPTION_';

/** A portal that ends with the test. */
export async function openPortal(options: PortalOptions = {}): Promise<Portal> {
  const portal = await startPortal(options);
  onTestFinished(() => portal.close());
  return portal;
}

/** A portal and the address of a webhook of Anna (user 7) for both generations. */
export async function openLinkedPortal(options: PortalOptions = {}) {
  const portal = await openPortal(options);
  const webhook = portal.createWebhook({ userId: 7, scopes: ['task', 'tasks', 'user_basic'] });
  return { portal, webhook };
}

/** A clock that stands still until a test moves it. */
export type ManualClock = {
  now(): number;
  advance(ms: number): void;
};

/** A clock that starts at this point in time (epoch ms). */
export function manualClock(start = Date.parse('2026-03-04T05:06:07Z')): ManualClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

/** An answer of the portal over HTTP. */
export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `undefined` when the body is not JSON. */
  readonly json: unknown;
};

/** A JSON POST that follows no redirects; a string or bytes are sent as they are. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const bytes =
    typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  return read(
    await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...headers },
      body: bytes,
    }),
  );
}

/** A GET that follows no redirects. */
export async function get(url: string, headers: Record<string, string> = {}): Promise<Reply> {
  return read(await fetch(url, { redirect: 'manual', headers }));
}

/** A message to a task. */
export function sendText(
  apiUrl: string,
  text: string,
  { taskId = 51, key }: { taskId?: number; key?: string } = {},
): Promise<Reply> {
  return post(
    `${apiUrl}${sendMethod}`,
    { fields: { taskId, text } },
    key === undefined ? {} : { 'idempotency-key': key },
  );
}

/** The texts in the chat of a task, oldest first. */
export function texts(portal: Portal, taskId = 51): string[] {
  return portal.chat(taskId).map((message) => message.text);
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
