import { createCache, type Kept } from '../../domain/cache.ts';
import type { Installation } from '../../domain/installation.ts';
import type { Log } from '../../domain/log.ts';
import type { InstallationStore, Lock } from '../../linking/ports.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import type { BotTokens } from './bot-tokens.ts';

/** The installations of the app, each with a token that is good. */
export type Installations = {
  /**
   * The one that serves a workspace: its own, or that of its organisation. Rejects when the storage fails and it was
   * not read before, or when its token has run out and Slack gives no other.
   */
  find(workspace: { readonly team: string; readonly enterprise?: string }): Promise<Installation | undefined>;
  /** Rejects when it could not be stored. */
  keep(installation: Installation): Promise<void>;
  /** Ends an installation: `work` deletes what is stored of it, and nothing of it is used here from now on. */
  end<Value>(id: string, work: () => Promise<Value>): Promise<Value>;
};

/** What reading and renewing installations needs. */
export type InstallationsDeps = {
  readonly store: InstallationStore;
  readonly lock: Lock<string>;
  readonly tokens: Pick<BotTokens, 'renew'>;
  readonly now: () => number;
  readonly log: Log;
};

/** What is stored under an id, which may be `undefined`. */
type Known = Installation | undefined;

const keepMs = 30_000;
const keepFailedMs = 2_000;
const capacity = 10_000;

/** A token is replaced this long before it runs out: Slack may be unreachable for a while. */
const renewBeforeMs = 2 * 60 * 60_000;

/** After a failure the old token serves for so long before the next try. */
const retryAfterMs = 60_000;

/** Creates the installations. What was read is remembered for some seconds; changes made here count at once. */
export function createInstallations({ store, lock, tokens, now, log }: InstallationsDeps): Installations {
  const remembered = createCache<Known>({ capacity, keepMs: (known) => (known ? keepMs : keepFailedMs), now });
  /** Tokens that Slack gave and the storage has not taken yet: the tokens before them are used up. */
  const unsaved = new Map<string, Installation>();
  const renewing = new Map<string, Promise<Installation | undefined>>();
  const failedLately = createCache<true>({ capacity: 1_000, keepMs: () => retryAfterMs, now });

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
        remembered.forget(id);
        unsaved.delete(id);
        try {
          return await work();
        } finally {
          remembered.forget(id);
        }
      }),
  };

  async function current(id: string): Promise<Installation | undefined> {
    const installation = await remembered.find(id, (last) => read(id, last, { store, log }));
    return installation && isDue(installation, now()) ? renewed(installation) : installation;
  }

  async function renewed(old: Installation): Promise<Installation | undefined> {
    const { id } = old;
    const isGood = (old.bot.rotation?.expiresAt ?? 0) > now();
    if (isGood && failedLately.peek(id)) {
      return old;
    }
    const going = renewing.get(id) ?? locked(id, () => renewHeld(id)).finally(() => renewing.delete(id));
    renewing.set(id, going);
    try {
      return await going;
    } catch (error) {
      failedLately.put(id, true);
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
      remembered.forget(id);
      return undefined;
    }
    const pending = unsaved.get(id);
    const latest = pending?.installedAt === stored.installedAt ? pending : stored;
    const next = isDue(latest, now()) ? await nextOf(latest) : latest;
    if (next !== stored) {
      await store.save(next);
    }
    unsaved.delete(id);
    failedLately.forget(id);
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

/** Where the storage fails, what was last known serves. */
async function read(
  id: string,
  last: Kept<Known> | undefined,
  { store, log }: Pick<InstallationsDeps, 'store' | 'log'>,
): Promise<Known> {
  try {
    return await store.find(id);
  } catch (error) {
    if (!last) {
      throw error;
    }
    log.warn({ error }, 'an installation could not be read; what was last known serves');
    return last.value;
  }
}

function isDue({ bot }: Installation, at: number): boolean {
  return bot.rotation !== undefined && bot.rotation.expiresAt - at <= renewBeforeMs;
}
