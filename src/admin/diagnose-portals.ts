import { type Caller, createCaller } from '../bitrix24/call.ts';
import { certificateProblemOf } from '../bitrix24/certificate-problem.ts';
import type { CallResult } from '../bitrix24/exchange.ts';
import { createPortalGate } from '../bitrix24/portal-gate.ts';
import type { Config } from '../config.ts';
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
      yield describe(portal, await call(caller, portal, '/rest/profile'));
    }
    for (const server of trusted) {
      yield describe(server, await call(caller, server, '/oauth/token/'));
    }
  } finally {
    await caller.close();
  }
}

function call(caller: Caller, origin: string, path: string): Promise<CallResult> {
  const request = { origin, path: new Secret(path), contentType: 'application/json', body: new Secret('{}') };
  return caller.call({ ...request, ...limits });
}

function describe(origin: string, result: CallResult): CheckResult {
  switch (result.kind) {
    case 'answered':
      return describeAnswer(origin, result.answer.status, result.answer.text);
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
function describeAnswer(origin: string, status: number, text: string): CheckResult {
  if (status >= 300 && status < 400) {
    return problem(origin, `leads elsewhere (HTTP ${status}). Take the address that the portal has now.`);
  }
  return /"error"\s*:/.test(text)
    ? fine(origin, 'answers as Bitrix24 does')
    : problem(origin, `answers, but not as Bitrix24 does (HTTP ${status}). Check the address.`);
}
