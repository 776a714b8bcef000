import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Installation as GrantedInstallation, HTTPReceiver, type Logger, LogLevel } from '@slack/bolt';
import { type Locale, locales } from '../../domain/locale.ts';
import type { Log } from '../../domain/log.ts';
import { present } from '../../domain/present.ts';
import { Secret } from '../../domain/secret.ts';
import type { SlackAppCredentials } from '../../domain/slack-credentials.ts';
import { type AccessRules, allowsTeam } from '../../linking/access-rules.ts';
import type { UsedOnce } from '../../linking/ports.ts';
import { textsIn } from '../../locales/locale.ts';
import { plain } from '../../locales/shown.ts';
import { logFault } from '../../observability/fault.ts';
import { preferredLocale } from '../../web/language.ts';
import { type Page, pageHeaders, renderPage } from '../../web/page.ts';
import { clientOptions } from '../web-api/clients.ts';
import { botScopes, optionalBotScopes } from '../web-api/scopes.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import type { BotTokens } from './bot-tokens.ts';
import { failurePage, installedPage, installPage } from './install-pages.ts';
import {
  createInstallationBudget,
  createInstallStates,
  StateRefusedError,
  stateLivesMs,
  TooManyInstallationsError,
} from './install-states.ts';
import type { Installations } from './installations.ts';
import { readInstallation } from './read-installation.ts';

/** Who the app is for Slack, and where browsers reach it. */
export type InstallerSettings = SlackAppCredentials & {
  readonly publicUrl: string;
  readonly slackApiUrl: string;
  readonly rules: AccessRules;
  /** For readers whose browser asks for no language of ours; English where the service has none. */
  readonly language?: Locale | undefined;
};

/** What installing through Slack's consent page needs. */
export type InstallerDeps = {
  readonly settings: InstallerSettings;
  readonly installations: Pick<Installations, 'keep'>;
  readonly tokens: Pick<BotTokens, 'uninstall'>;
  readonly used: UsedOnce;
  readonly now: () => number;
  readonly logger: Logger;
  readonly log: Log;
};

/** The addresses at which browsers install the app. */
const installPaths = { begin: '/slack/install', callback: '/slack/oauth_redirect' } as const;

/** Answers the install addresses, and hands everything else to `next`. */
export function withInstaller(deps: InstallerDeps, next: RequestListener): RequestListener {
  const mayGoOn = createInstallationBudget(deps.now);
  const listeners = new Map(locales.map((locale) => [locale, createListener(deps, locale, mayGoOn)]));
  const paths: readonly string[] = Object.values(installPaths);

  return (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    if (request.method !== 'GET' || !paths.includes(path)) {
      return next(request, response);
    }
    const locale = preferredLocale(request.headers['accept-language']) ?? deps.settings.language ?? locales[0];
    for (const [name, value] of Object.entries({ ...pageHeaders, 'content-language': locale })) {
      if (value !== undefined) {
        response.setHeader(name, value);
      }
    }
    return (listeners.get(locale) ?? next)(request, response);
  };
}

/** How long Slack may take to turn a code into tokens: a browser waits. */
const exchangeMs = 10_000;

/**
 * Bolt's installer for readers of one language: it draws its first page without knowing who reads it. It comes as a
 * part of a receiver; this one receives nothing else.
 */
function createListener(deps: InstallerDeps, locale: Locale, mayGoOn: () => boolean): RequestListener {
  const { settings, installations, used, now, logger } = deps;
  const { publicUrl, slackApiUrl } = settings;
  const redirectUri = addressAt(publicUrl, installPaths.callback);
  const receiver = new HTTPReceiver({
    signingSecret: '',
    signatureVerification: false,
    endpoints: [],
    logger: quiet(logger),
    clientId: settings.clientId,
    clientSecret: settings.clientSecret.reveal(),
    scopes: [...botScopes, ...optionalBotScopes],
    redirectUri,
    installationStore: {
      storeInstallation: (granted) => installations.keep(readInstallation(granted, now())),
      fetchInstallation: () => Promise.reject(new Error('Tokens are not looked for through Bolt')),
    },
    installerOptions: {
      installPath: installPaths.begin,
      redirectUriPath: installPaths.callback,
      authorizationUrl: new URL('/oauth/v2/authorize', slackApiUrl).href,
      clientOptions: clientOptions(slackApiUrl, logger, exchangeMs),
      stateStore: createInstallStates({
        secret: settings.stateSecret,
        used,
        mayGoOn,
        now,
        scopes: [...botScopes, ...optionalBotScopes],
        redirectUri,
      }),
      // The prefix makes browsers refuse this cookie from anybody but this very host over https.
      stateCookieName: publicUrl.startsWith('https:') ? '__Host-b24task-install' : 'b24task-install',
      stateCookieExpirationSeconds: stateLivesMs / 1_000,
      renderHtmlForInstallPath: (address) => renderPage(installPage(textsIn(locale).installation, address), locale),
      callbackOptions: callbacks(deps, locale),
    },
  });
  return receiver.requestListener;
}

type Granting = GrantedInstallation;

function callbacks({ settings, tokens, log }: InstallerDeps, locale: Locale) {
  const texts = textsIn(locale).installation;
  const send = (response: ServerResponse, status: number, page: Page) =>
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(renderPage(page, locale));
  const again = addressAt(settings.publicUrl, installPaths.begin);

  return {
    async afterInstallation(granted: Granting, _options: unknown, _request: IncomingMessage, response: ServerResponse) {
      const place = present({ team: granted.team?.id, enterprise: granted.enterprise?.id });
      if (allowsTeam(settings.rules, place)) {
        return true;
      }
      log.warn({ ...place }, 'an installation was refused by SLACK_TEAMS');
      await takeBack(granted);
      const name = plain.text(granted.team?.name ?? granted.enterprise?.name ?? '');
      send(response, 403, texts.teamRefused(name));
      return false;
    },
    success(granted: Granting, _options: unknown, _request: IncomingMessage, response: ServerResponse) {
      const { id, name } = readInstallation(granted, 0);
      log.info({ installation: id, by: granted.user.id }, 'installed');
      send(response, 200, installedPage(texts, plain.text(name), openAddress(granted)));
    },
    failure(error: Error, _options: unknown, _request: IncomingMessage, response: ServerResponse) {
      const kind = kindOf(error);
      const fields = { kind, reason: reasonOf(error) };
      if (kind === 'broken') {
        const reference = logFault(log, { ...fields, error }, 'an installation failed');
        return send(response, 502, failurePage(texts, texts.broken(plain.text(reference)), again));
      }
      // Strangers can cause these as often as they like, so they are not in the log by default.
      log.debug(fields, 'an installation was not finished');
      return send(response, statusOf[kind], failurePage(texts, texts[kind], again));
    },
  };

  /** What may not be used is not left behind in the workspace either. */
  async function takeBack({ bot }: Granting): Promise<void> {
    try {
      if (bot) {
        await tokens.uninstall(new Secret(bot.token));
      }
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'a refused installation could not be taken back');
    }
  }
}

const statusOf = { cancelled: 403, stale: 400, busy: 429 } as const;

/**
 * Why an attempt ended: the person said no, it does not belong to this browser and moment, there are too many, or
 * something failed.
 */
function kindOf(error: Error): keyof typeof statusOf | 'broken' {
  if (error instanceof TooManyInstallationsError) {
    return 'busy';
  }
  if (error instanceof StateRefusedError) {
    return 'stale';
  }
  switch ('code' in error ? error.code : undefined) {
    case 'slack_oauth_installer_authorization_error':
      return 'cancelled';
    case 'slack_oauth_invalid_state':
    case 'slack_oauth_missing_state':
    case 'slack_oauth_missing_code':
      return 'stale';
    default:
      return 'broken';
  }
}

/** Source: docs.slack.dev, "Deep linking into Slack": opens the app in a workspace. */
function openAddress({ appId, team }: Granting): string {
  const query = new URLSearchParams({ app: appId ?? '', ...(team ? { team: team.id } : {}) });
  return `https://slack.com/app_redirect?${query}`;
}

function addressAt(publicUrl: string, path: string): string {
  return `${publicUrl}${path}`;
}

/**
 * Everything that this installer has to say is logged here with its reason; strangers must not fill the log with
 * errors.
 */
function quiet(logger: Logger): Logger {
  return { ...logger, debug() {}, info() {}, warn() {}, error() {}, getLevel: () => LogLevel.ERROR };
}
