import packageFile from '../../package.json' with { type: 'json' };
import { createAccountProbe } from '../bitrix24/account-probe.ts';
import { createReasonedRest } from '../bitrix24/ask-reason.ts';
import { createCaller } from '../bitrix24/call.ts';
import { createChatReader } from '../bitrix24/chat-reader.ts';
import { createChatRemover } from '../bitrix24/chat-remover.ts';
import { createFileUploader } from '../bitrix24/file-upload.ts';
import { createMessenger } from '../bitrix24/messenger.ts';
import { type CallObserver, createObservedRest } from '../bitrix24/observed-rest.ts';
import { createPortalCheck } from '../bitrix24/portal-check.ts';
import { createPortalGate, type PortalGateDeps } from '../bitrix24/portal-gate.ts';
import { createPortalReads } from '../bitrix24/portal-reads.ts';
import { createRedirectNotes } from '../bitrix24/redirect-notes.ts';
import { createRest } from '../bitrix24/rest.ts';
import { createTaskChats } from '../bitrix24/task-chats.ts';
import { createTaskReader } from '../bitrix24/task-reader.ts';
import { createTokenExchange } from '../bitrix24/token-exchange.ts';
import type { Config } from '../config.ts';
import { linkCheckWithinMs } from '../delivery/link-check.ts';
import type { Pacer } from '../delivery/ports.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { PortalMoves } from '../linking/ports.ts';

/** The parts that call portals. */
export type PortalParts = {
  readonly network: Pick<PortalGateDeps, 'lookup' | 'isPublic'> | undefined;
  readonly pacer: Pacer;
  readonly moves: Pick<PortalMoves, 'noteRedirect'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly observe: CallObserver | undefined;
};

/** The settings of whatever talks to portals. */
export type PortalSettings = Pick<Config, 'portals' | 'proxies' | 'oauth' | 'oauthUrl' | 'timeoutMs'>;

/** Builds everything that talks to portals, over one set of connections. */
export function assemblePortals(settings: PortalSettings, { network, pacer, moves, clock, log, observe }: PortalParts) {
  const gate = createPortalGate({ portals: settings.portals, ...network });
  const { oauth, oauthUrl, proxies } = settings;
  const trusted = oauth ? [new URL(oauthUrl).origin] : [];
  const caller = createCaller({ gate, clock, version: packageFile.version, trusted, proxies });
  const bare = createRest({ caller, clock, log, noteRedirect: createRedirectNotes({ moves, log }) });
  const counted = observe ? createObservedRest(bare, clock, observe) : bare;
  const rest = createReasonedRest({ rest: counted, pacer, clock, log });
  const reads = createPortalReads({ rest, pacer, clock });
  const chats = createTaskChats({ reads });
  return {
    gate,
    probe: createAccountProbe({ reads }),
    check: createPortalCheck({ probe: createAccountProbe({ reads, withinMs: linkCheckWithinMs }) }),
    reader: createTaskReader({ reads }),
    remover: createChatRemover({ reads }),
    tokens: oauth && createTokenExchange({ caller, oauthUrl, ...oauth, clock, log }),
    chat: createChatReader({ reads, chats }),
    uploader: createFileUploader({ rest, chats, clock, timeoutMs: settings.timeoutMs }),
    messenger: createMessenger({ rest, timeoutMs: settings.timeoutMs }),
    close: () => caller.close(),
  };
}
