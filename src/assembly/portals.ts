import packageFile from '../../package.json' with { type: 'json' };
import { createAccountProbe } from '../bitrix24/account-probe.ts';
import { createAsking } from '../bitrix24/ask.ts';
import { createCaller } from '../bitrix24/call.ts';
import { createMessenger } from '../bitrix24/messenger.ts';
import { createPortalCheck } from '../bitrix24/portal-check.ts';
import { createPortalGate, type PortalGateDeps } from '../bitrix24/portal-gate.ts';
import { createRest } from '../bitrix24/rest.ts';
import { createTaskFinder } from '../bitrix24/task-finder.ts';
import { createTokenExchange } from '../bitrix24/token-exchange.ts';
import type { Config } from '../config.ts';
import { examineWithinMs } from '../delivery/examine.ts';
import type { Pacer } from '../delivery/ports.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';

export type PortalParts = {
  readonly network: Pick<PortalGateDeps, 'lookup' | 'isPublic'> | undefined;
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly log: Log;
};

/** Builds everything that talks to portals, over one set of connections. */
export function assemblePortals(config: Config, { network, pacer, clock, log }: PortalParts) {
  const gate = createPortalGate({ portals: config.portals, ...network });
  const { oauth, oauthUrl } = config;
  const trusted = oauth ? [new URL(oauthUrl).origin] : [];
  const caller = createCaller({ gate, clock, version: packageFile.version, trusted, proxies: config.proxies });
  const rest = createRest({ caller, clock, log });
  const asking = createAsking({ rest, pacer, clock });
  return {
    gate,
    probe: createAccountProbe({ asking }),
    check: createPortalCheck({ asking, probe: createAccountProbe({ asking, withinMs: examineWithinMs }) }),
    finder: createTaskFinder({ asking }),
    tokens: oauth && createTokenExchange({ caller, oauthUrl, ...oauth, clock, log }),
    messenger: createMessenger({ rest, timeoutMs: config.timeoutMs }),
    close: () => caller.close(),
  };
}
