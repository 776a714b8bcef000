import { readBody } from '../bitrix24/answers.ts';
import { type Caller, createCaller } from '../bitrix24/call.ts';
import { certificateProblemOf } from '../bitrix24/certificate-problem.ts';
import { classify } from '../bitrix24/classify.ts';
import type { Answer, CallResult } from '../bitrix24/exchange.ts';
import { createPortalGate } from '../bitrix24/portal-gate.ts';
import type { Config } from '../config.ts';
import type { PortalFailure } from '../domain/failure.ts';
import { portalOriginOf } from '../domain/portal.ts';
import { Secret } from '../domain/secret.ts';
import { systemClock } from '../domain/system-clock.ts';
import { type CheckResult, fine, problem } from './finding.ts';

const limits = { leaveWithinMs: 5_000, answerWithinMs: 10_000 };

/**
 * Calls every portal that the administrator named, and the token server where there is an application; without rights.
 */
export async function* diagnosePortals({
  portals,
  oauth,
  oauthUrl,
  proxies,
}: Pick<Config, 'portals' | 'oauth' | 'oauthUrl' | 'proxies'>): AsyncGenerator<CheckResult> {
  const trusted = oauth ? [new URL(oauthUrl).origin] : [];
  const gate = createPortalGate({ portals });
  const caller = createCaller({ gate, clock: systemClock, version: 'doctor', trusted, proxies });
  try {
    for (const portal of portals ?? []) {
      yield describe(portal, await call(caller, portal, { path: '/rest/profile', json: '{}' }), describeAnswer);
    }
    if (oauth) {
      const server = new URL(oauthUrl).origin;
      const asked = await call(caller, server, { path: '/oauth/token/', form: refreshOfNobody(oauth) });
      yield describe(server, asked, describeTokenServer);
    }
  } finally {
    await caller.close();
  }
}

type Asked = { readonly path: string } & ({ readonly json: string } | { readonly form: URLSearchParams });

function call(caller: Caller, origin: string, { path, ...body }: Asked): Promise<CallResult> {
  const [contentType, text] =
    'json' in body ? ['application/json', body.json] : ['application/x-www-form-urlencoded', body.form.toString()];
  return caller.call({ origin, path: new Secret(path), contentType, body: new Secret(text), ...limits });
}

/** A server that knows the application finds fault with the token, and else with the application. */
function refreshOfNobody({ clientId, clientSecret }: NonNullable<Config['oauth']>): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: 'none',
    client_id: clientId,
    client_secret: clientSecret.reveal(),
  });
}

function describe(
  origin: string,
  result: CallResult,
  describeAnswered: (origin: string, answer: Answer) => CheckResult,
): CheckResult {
  switch (result.kind) {
    case 'answered':
      return describeAnswered(origin, result.answer);
    case 'lost':
      return problem(origin, `takes connections and does not answer (${result.cause}). Check the portal.`);
    case 'not-sent':
      if (certificateProblemOf(result.cause)) {
        return problem(
          origin,
          `has a certificate that is not accepted (${result.cause}). Renew it; if an authority of your own has signed it, name that one's certificate in NODE_EXTRA_CA_CERTS.`,
        );
      }
      return problem(origin, `cannot be reached (${result.cause}). Check the address, DNS, firewall and proxy.`);
  }
}

/** Without rights Bitrix24 refuses, in words of its own: that is what shows that it is one. */
function describeAnswer(origin: string, answer: Answer): CheckResult {
  const portal = portalOriginOf(origin);
  const verdict = portal && classify(answer, { portal, now: systemClock.now(), scopes: [] });
  const trouble = verdict?.kind === 'failed' ? troubleOf(verdict.failure, answer.status) : undefined;
  return trouble === undefined ? fine(origin, 'answers as Bitrix24 does') : problem(origin, trouble);
}

/** What is wrong with the portal itself; `undefined` for what it says to everybody who has no rights. */
function troubleOf(failure: PortalFailure, status: number): string | undefined {
  switch (failure.kind) {
    case 'moved':
      return `leads elsewhere (HTTP ${status}), to ${failure.to}. Take the address that the portal has now; keep the old one in BITRIX24_PORTALS beside it until people have linked there.`;
    case 'https-required':
      return `accepts https addresses only. Name it as ${failure.to ?? 'https://…'} in BITRIX24_PORTALS.`;
    case 'portal-closed':
      return 'is closed. Where it is a server of your own, switch off “Temporary closure of the public part of the site” in the settings of its main module.';
    case 'plan':
      return 'has a plan without the REST API. Change the plan.';
    case 'portal-blocked':
      return 'has its REST API blocked because of overload. Write to Bitrix24 support.';
    case 'throttled':
      return `asks for fewer requests right now (HTTP ${status}). Check again in some minutes.`;
    case 'intermediary-refused':
      return status === 404
        ? notBitrix(status)
        : `is not reached: something in front of it, such as a proxy or a firewall, refused the request (HTTP ${status}). Have it let the app through to /rest/.`;
    case 'no-answer':
    case 'unreadable-answer':
    case 'portal-fault':
    case 'unexpected':
      return notBitrix(status);
    default:
      return undefined;
  }
}

function describeTokenServer(origin: string, { status, text }: Answer): CheckResult {
  const body = readBody(text);
  if (body.kind !== 'fault' || body.code === 'none') {
    return problem(origin, notBitrix(status));
  }
  return unknownApplication.includes(body.code)
    ? problem(
        origin,
        `does not know the application (${body.code}). Check BITRIX24_CLIENT_ID and BITRIX24_CLIENT_SECRET, and that the application is still in Bitrix24.`,
      )
    : fine(origin, 'answers, and knows the application');
}

/** Source: Bitrix24 documentation, "OAuth, error codes". */
const unknownApplication = ['invalid_client', 'wrong_client', 'NOT_INSTALLED', 'APPLICATION_NOT_FOUND'];

function notBitrix(status: number): string {
  return `answers, but not as Bitrix24 does (HTTP ${status}). Check the address.`;
}
