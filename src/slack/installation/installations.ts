import type { Installation } from '../../domain/installation.ts';
import type { Log } from '../../domain/log.ts';
import type { InstallationStore, Lock } from '../../linking/ports.ts';
import { reasonOf } from '../slack-fault.ts';
import type { BotTokens } from './bot-tokens.ts';
import { createRemembered } from './remembered.ts';

/** The installations of the app, each with a token that is good. */
export type Installations = {
  /**
   * The one that serves a workspace: its own, or that of its organisation. Rejects when the storage fails and it was not
   * read before, or when its token has run out and Slack gives no other.
   */
  find(workspace: { readonly team: string; readonly enterprise?: string }): Promise<Installation | undefined>;
  /** Rejects when it could not be stored. */
  keep(installation: Installation): Promise<void>;
  /** Ends an installation: `work` deletes what is stored of it, and nothing of it is used here from now on. */
  end<Value>(id: string, work: () => Promise<Value>): Promise<Value>;
};

export type InstallationsDeps = {
  readonly store: InstallationStore;
  readonly lock: Lock<string>;
  readonly tokens: Pick<BotTokens, 'renew'>;
  readonly now: () => number;
  readonly log: Log;
};

/** A token is replaced this long before it runs out: Slack may be unreachable for a while. */
const renewBeforeMs = 2 * 60 * 60_000;

/** After a failure the old token serves for so long before the next try. */
const retryAfterMs = 60_000;

/** Creates the installations. What was read is remembered for some seconds; changes made here count at once. */
export function createInstallations({ store, lock, tokens, now, log }: InstallationsDeps): Installations {
  const remembered = createRemembered((id) => store.find(id), { now, log });
  /** Tokens that Slack gave and the storage has not taken yet: the tokens before them are used up. */
  const unsaved = new Map<string, Installation>();
  const renewing = new Map<string, Promise<Installation | undefined>>();
  const failedAt = new Map<string, number>();

  return {
    async find({ team, enterprise }) {
      const own = await current(team);
      return own ?? (enterprise === undefined || enterprise === team ? undefined : current(enterprise));
    },
    keep: (installation) =>
      locked(installation.id, async () => {
        await store.save(installation);
        unsaved.delete(installation.id);
        remembered.put(installation.id, installation);
      }),
    end: (id, work) =>
      locked(id, async () => {
        remembered.drop(id);
        unsaved.delete(id);
        try {
          return await work();
        } finally {
          remembered.drop(id);
        }
      }),
  };

  async function current(id: string): Promise<Installation | undefined> {
    const installation = await remembered.find(id);
    return installation && isDue(installation, now()) ? renewed(installation) : installation;
  }

  async function renewed(old: Installation): Promise<Installation | undefined> {
    const { id } = old;
    const isGood = (old.bot.rotation?.expiresAt ?? 0) > now();
    if (isGood && now() - (failedAt.get(id) ?? 0) < retryAfterMs) {
      return old;
    }
    const going = renewing.get(id) ?? locked(id, () => renewHeld(id)).finally(() => renewing.delete(id));
    renewing.set(id, going);
    try {
      return await going;
    } catch (error) {
      failedAt.set(id, now());
      log.error({ error, installation: id, reason: reasonOf(error) }, 'a bot token could not be renewed');
      if (isGood) {
        return old;
      }
      throw error;
    }
  }

  /** Runs under the lock, so another replica may have renewed it, or the app may be gone. */
  async function renewHeld(id: string): Promise<Installation | undefined> {
    const stored = await store.find(id);
    if (!stored) {
      remembered.drop(id);
      return undefined;
    }
    const pending = unsaved.get(id);
    const latest = pending?.installedAt === stored.installedAt ? pending : stored;
    const next = isDue(latest, now()) ? await nextOf(latest) : latest;
    if (next !== stored) {
      await store.save(next);
    }
    unsaved.delete(id);
    failedAt.delete(id);
    remembered.put(id, next);
    return next;
  }

  async function nextOf(latest: Installation): Promise<Installation> {
    const { bot, id } = latest;
    if (!bot.rotation) {
      return latest;
    }
    const next = { ...latest, bot: await tokens.renew(bot, bot.rotation.refreshToken) };
    unsaved.set(id, next);
    return next;
  }

  function locked<Value>(id: string, work: () => Promise<Value>): Promise<Value> {
    return lock.run(`installation ${id}`, work);
  }
}

function isDue({ bot }: Installation, at: number): boolean {
  return bot.rotation !== undefined && bot.rotation.expiresAt - at <= renewBeforeMs;
}
