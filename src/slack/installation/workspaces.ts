import type { RequestListener } from 'node:http';
import { createCache } from '../../domain/cache.ts';
import { type Installation, type Removal, tenantOf } from '../../domain/installation.ts';
import type { Locale } from '../../domain/locale.ts';
import type { Log } from '../../domain/log.ts';
import { present } from '../../domain/present.ts';
import type { Secret } from '../../domain/secret.ts';
import type { SlackAppAccess } from '../../domain/slack-credentials.ts';
import type { AccessRules } from '../../linking/access-rules.ts';
import type { Forgetting } from '../../linking/forget.ts';
import type { InstallationStore, Lock, UsedOnce } from '../../linking/ports.ts';
import { createBoltLogger } from '../web-api/bolt-logger.ts';
import type { SlackAccess, Workspace } from '../web-api/clients.ts';
import { createTokenChecks, isDead } from '../web-api/token-check.ts';
import { createBotTokens } from './bot-tokens.ts';
import { createInstallations } from './installations.ts';
import { type InstallerSettings, withInstaller } from './installer.ts';

/** The places where the app is installed, whichever way it gets its tokens. */
export type Workspaces = {
  readonly access: SlackAccess;
  /** Puts the pages for installing in front of `next`, where there are any. */
  withPages(next: RequestListener): RequestListener;
  /**
   * Deletes what belongs to a place that the app was removed from. Harmless when repeated; rejects when the storage
   * fails.
   */
  removed(removal: Removal): Promise<void>;
  /** The same for every place whose removal was not told. */
  endDead(): Promise<void>;
  /** Where people of an organisation or workspace can be asked about. */
  workspacesOf(tenant: string): Promise<readonly Workspace[]>;
};

/** The settings that say where the app may be. */
export type WorkspaceSettings = {
  readonly access: SlackAppAccess;
  readonly slackApiUrl: string;
  readonly rules: AccessRules;
  readonly publicUrl?: string;
  /** For readers whose browser asks for no language of ours. */
  readonly language?: Locale | undefined;
};

/** What knowing where the app is installed needs. */
export type WorkspacesDeps = {
  readonly storage: {
    readonly installations: InstallationStore;
    readonly usedStates: UsedOnce;
    readonly lock: Lock<string>;
  };
  readonly forgetting: Pick<Forgetting, 'forgetInstallation'>;
  readonly now: () => number;
  readonly log: Log;
};

/** Creates the places. Throws where the app is to be installed and no address is given that browsers reach. */
export function createWorkspaces(settings: WorkspaceSettings, deps: WorkspacesDeps): Workspaces {
  const { access, slackApiUrl, rules, publicUrl, language } = settings;
  if (access.kind === 'one-workspace') {
    return createOneWorkspace(access.botToken, slackApiUrl, deps);
  }
  if (publicUrl === undefined) {
    throw new Error('PUBLIC_URL is missing: installing needs the address that the outside sees');
  }
  return createInstallable({ ...access, publicUrl, slackApiUrl, rules, language }, deps);
}

/** The one workspace whose token the administrator gave. */
function createOneWorkspace(botToken: Secret, slackApiUrl: string, { forgetting, log }: WorkspacesDeps): Workspaces {
  const checks = createTokenChecks({ slackApiUrl, log });
  return {
    access: { kind: 'one-workspace', botToken },
    withPages: (next) => next,
    async removed({ team, enterprise }) {
      const id = team ?? enterprise;
      // The event may be old and the app back since, under the token that is given now.
      if (id === undefined || !isDead(await checks.botToken(botToken))) {
        return;
      }
      await forgetting.forgetInstallation({ id, ...present({ enterprise }) });
    },
    // Whose the people of a dead token were, nobody can say: an administrator may have put another one in its place.
    endDead: async () => {},
    workspacesOf: async (tenant) => [{ team: tenant }],
  };
}

/** How long the list of workspaces is cached: it is asked for once per person when many are checked one after the other. */
const seenForMs = 5 * 60_000;

/** Every workspace and organisation that installs the app. */
function createInstallable(settings: InstallerSettings, { storage, forgetting, now, log }: WorkspacesDeps): Workspaces {
  const { installations: store, usedStates: used, lock } = storage;
  const logger = createBoltLogger(log);
  const checks = createTokenChecks({ slackApiUrl: settings.slackApiUrl, log });
  const tokens = createBotTokens({ ...settings, logger, now });
  const installations = createInstallations({ store, lock, tokens, now, log });
  const seen = createCache<readonly Installation[]>({ capacity: 1, keepMs: () => seenForMs, now });

  return {
    access: { kind: 'installations', find: installations.find },
    withPages: (next) => withInstaller({ settings, installations, tokens, used, now, logger, log }, next),
    removed,
    async endDead() {
      for (const installation of await all()) {
        if (isDead(await checks.botToken(installation.bot.token))) {
          await end(installation);
        }
      }
    },
    async workspacesOf(tenant) {
      const everywhere = await seen.find('all', all);
      return everywhere.filter((each) => tenantOf(each) === tenant).map(({ id }) => ({ team: id }));
    },
  };

  async function removed({ team, enterprise, at }: Removal): Promise<void> {
    const ids = [team, enterprise].filter((id) => id !== undefined);
    const found = (await Promise.all(ids.map((id) => store.find(id)))).filter((each) => each !== undefined);
    for (const installation of found) {
      if (await isGone(installation, at)) {
        await end(installation);
      }
    }
    const [id] = ids;
    // The second event about the same removal, or one about an installation that was never stored.
    if (found.length === 0 && id !== undefined) {
      await end({ id, ...present({ enterprise }) });
    }
  }

  /**
   * Events may come late, and the app may be installed anew meanwhile: so Slack is asked, and if it is silent, the
   * clock.
   */
  async function isGone({ bot, installedAt }: Installation, at: number): Promise<boolean> {
    const found = await checks.botToken(bot.token);
    return found.kind === 'accepted' ? false : isDead(found) || at > installedAt;
  }

  async function end(place: Pick<Installation, 'id' | 'enterprise'>): Promise<void> {
    await installations.end(place.id, () => forgetting.forgetInstallation(place));
  }

  async function all(): Promise<readonly Installation[]> {
    const found = await Promise.all((await store.ids()).map(readable));
    return found.filter((each) => each !== undefined);
  }

  /** One that cannot be read, because its key is missing, must not hold up the others. */
  async function readable(id: string): Promise<Installation | undefined> {
    try {
      return await store.find(id);
    } catch (error) {
      log.error({ error, installation: id }, 'an installation cannot be read');
      return undefined;
    }
  }
}
