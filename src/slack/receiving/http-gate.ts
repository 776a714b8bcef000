import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { Secret } from '../../domain/secret.ts';
import type { ReadBody } from './body-reader.ts';
import type { ReplayGuard } from './replay-guard.ts';
import { bodyLimitBytes, isRateLimited, isSlackBody } from './slack-body.ts';

/** Why a request is not handed on, and the HTTP status that says so. The reason goes into the log. */
export type Refusal = { readonly status: 400 | 401 | 411 | 413; readonly reason: string };

/**
 * `probe`: Slack looks at the certificate only. It is not signed, so nothing else in it may be looked at. `noted`:
 * there is nothing to do about it.
 */
export type GateResult = Refusal | 'probe' | 'noted' | 'admitted';

/** What checking a request needs. */
export type GateDeps = {
  readonly signingSecret: Secret;
  readonly nowMs: number;
  readonly readBody: ReadBody;
  readonly isFirst: ReplayGuard;
};

/** Slack allows five minutes for the way and for clocks that differ. */
const toleranceMs = 5 * 60_000;

/** A probe holds `ssl_check` and a token. */
const probeLimitBytes = 1024;

/**
 * Checks a request before Bolt sees it: what its head says before anything is read, the signature and its time in both
 * directions, bodies that are none of Slack's, and whether it was here before. The body that it read stays with the
 * request, where Bolt looks for it. Slack's requests have a length (seen in recorded ones); who cannot tell one is not
 * Slack. Source: Slack documentation, "Verifying requests from Slack".
 */
export async function checkRequest(request: IncomingMessage, deps: GateDeps): Promise<GateResult> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const length = request.headers['content-length'];
  const signed = readSignature(request, deps.nowMs);
  if ('status' in signed) {
    return isShortForm(type, length) ? readProbe(request, Number(length), signed, deps.readBody) : signed;
  }
  if (length === undefined) {
    return { status: 411, reason: 'no length' };
  }
  if (Number(length) > bodyLimitBytes) {
    return { status: 413, reason: 'too large' };
  }
  const raw = await deps.readBody(request, Number(length));
  if (!raw) {
    return { status: 400, reason: 'cut off' };
  }
  if (type !== undefined) {
    request.headers['content-type'] = type;
  }
  Object.assign(request, { rawBody: raw });
  return checkBody(raw.toString(), type, signed, deps);
}

async function checkBody(
  body: string,
  type: string | undefined,
  { signature, timestamp }: Signed,
  { signingSecret, nowMs, isFirst }: GateDeps,
): Promise<GateResult> {
  const form = type === formType ? parse(body) : undefined;
  if (form?.['ssl_check'] === '1') {
    return 'probe';
  }
  if (!isSignedBy(signingSecret, signature, `v0:${timestamp}:${body}`)) {
    return { status: 401, reason: 'wrong signature' };
  }
  const fields = form && typeof form['payload'] !== 'string' ? form : readJson(form?.['payload'] ?? body);
  if (!isSlackBody(fields)) {
    return { status: 400, reason: 'not a body of Slack' };
  }
  if (!(await isFirst(signature, fields, nowMs - timestamp * 1_000))) {
    return { status: 401, reason: 'seen before' };
  }
  return isRateLimited(fields) ? 'noted' : 'admitted';
}

const formType = 'application/x-www-form-urlencoded';

type Signed = { readonly signature: string; readonly timestamp: number };

/** The signature and its time, in the only form in which Slack writes them; else why they do not hold. */
function readSignature({ headers }: IncomingMessage, nowMs: number): Signed | Refusal {
  const signature = String(headers['x-slack-signature']);
  const time = String(headers['x-slack-request-timestamp']);
  if (!/^v0=[0-9a-f]{64}$/.test(signature) || !/^[1-9]\d{9}$/.test(time)) {
    return { status: 401, reason: 'not signed' };
  }
  const timestamp = Number(time);
  return Math.abs(timestamp * 1_000 - nowMs) > toleranceMs
    ? { status: 401, reason: 'too old, or from the future' }
    : { signature, timestamp };
}

/**
 * Source: Slack documentation, "Verifying requests from Slack". Bolt has a check of its own, which hashes both
 * signatures once more with keys made for it: a twentieth of all work for a message.
 */
function isSignedBy(secret: Secret, signature: string, text: string): boolean {
  const expected = createHmac('sha256', secret.reveal()).update(text).digest();
  return timingSafeEqual(expected, Buffer.from(signature.slice('v0='.length), 'hex'));
}

function isShortForm(type: string | undefined, length: string | undefined): boolean {
  return type === formType && length !== undefined && Number(length) <= probeLimitBytes;
}

async function readProbe(
  request: IncomingMessage,
  length: number,
  refusal: Refusal,
  readBody: ReadBody,
): Promise<GateResult> {
  const raw = await readBody(request, length);
  return raw && parse(raw.toString())['ssl_check'] === '1' ? 'probe' : refusal;
}

function readJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
