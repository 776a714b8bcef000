import { z } from 'zod';
import { type Person, personKey } from '../../domain/person.ts';
import type { Place, RecentTask, TaskAddress, TaskMemory, TaskNote } from '../../tasks/ports.ts';
import { portalOrigin, taskId } from '../codecs.ts';
import { exactly } from '../exactly.ts';
import { identityPath } from './identities.ts';
import type { RecordStores } from './records.ts';

const address = z.object({ portal: portalOrigin, task: taskId });

const thread = address.extend({ by: z.string() });

const recentTask = exactly<RecentTask>()(
  address.extend({
    bitrixUserId: z.string(),
    title: z.string().exactOptional(),
  }),
);

const own = z.object({
  recent: z.array(recentTask),
  /** Keys of the threads that this person sent, so that they can be forgotten with the person. */
  threads: z.array(z.string()),
  channels: z.array(z.string()),
  /** The default tasks that this person knows, each with its channel. */
  defaults: z.array(z.string()).default([]),
});

type Own = z.infer<typeof own>;

const nothing: Own = { recent: [], threads: [], channels: [], defaults: [] };

const day = 24 * 60 * 60_000;
const threadKeptMs = 90 * day;
const maxKept = { recent: 5, threads: 200, channels: 20, defaults: 100 };

/** Task memory as encrypted records: one per thread, one per channel default, one per person. */
export function createTaskMemory(records: RecordStores): TaskMemory {
  const threads = records({ name: 'thread-task', schema: thread, ttlMs: threadKeptMs });
  const defaults = records({ name: 'channel-default', schema: address });
  const people = records({ name: 'person-tasks', schema: own, keptDecoded: 500 });

  return {
    async threadTask(place) {
      const found = await threads.get(threadKey(place));
      return found && { portal: found.portal, task: found.task };
    },
    channelDefault: (place) => defaults.get(channelKey(place)),
    async setChannelDefault(place, by, given) {
      if (given) {
        await defaults.set(channelKey(place), given);
      } else {
        await defaults.remove(channelKey(place));
      }
      await change(by, (known) => ({ ...known, channels: first(place.channel, known.channels, maxKept.channels) }));
    },
    knowsDefault: async (person, place, task) => (await ownOf(person)).defaults.includes(knownKey(place, task)),
    noteKnownDefault: (person, place, task) =>
      change(person, (known) => ({
        ...known,
        defaults: first(knownKey(place, task), known.defaults, maxKept.defaults),
      })),
    recent: async (person) => (await ownOf(person)).recent,
    channels: async (person) => (await ownOf(person)).channels,
    async remember(person, notes) {
      const identity = identityPath(person);
      const isLinked = await people.change(personKey(person), identity, (known) =>
        notes.reduce(noted, known ?? nothing),
      );
      for (const { task, place } of isLinked ? notes : []) {
        if (place.thread !== undefined) {
          const about = { portal: task.portal, task: task.task, by: personKey(person) };
          await threads.change(threadKey(place), identity, () => about);
        }
      }
    },
    async forget(person) {
      const known = await people.take(personKey(person));
      for (const key of known?.threads ?? []) {
        if ((await threads.get(key))?.by === personKey(person)) {
          await threads.remove(key);
        }
      }
    },
  };

  async function ownOf(person: Person): Promise<Own> {
    return (await people.get(personKey(person))) ?? nothing;
  }

  async function change(person: Person, next: (known: Own) => Own): Promise<void> {
    await people.update(personKey(person), (known = nothing) => {
      const changed = next(known);
      return JSON.stringify(changed) === JSON.stringify(known) ? undefined : changed;
    });
  }
}

/** The default task of a channel, as an administrator sees it. */
export type ListedDefault = TaskAddress & { readonly tenant: string; readonly channel: string };

/** Lists the default tasks of all channels. Rejects when the storage fails or one of them cannot be read. */
export function createDefaultList(records: RecordStores): () => Promise<readonly ListedDefault[]> {
  const defaults = records({ name: 'channel-default', schema: address });
  return async () => {
    const listed: ListedDefault[] = [];
    for (const key of await defaults.list()) {
      const [tenant = '', channel = ''] = key.split(':');
      const found = await defaults.get(key);
      if (found) {
        listed.push({ tenant, channel, portal: found.portal, task: found.task });
      }
    }
    return listed;
  };
}

/** A title that could not be had this time is still the one that was had before. */
function noted(known: Own, { task, place }: TaskNote): Own {
  const isSame = (other: RecentTask) =>
    other.portal === task.portal && other.task === task.task && other.bitrixUserId === task.bitrixUserId;
  const recent = { ...known.recent.find(isSame), ...task };
  return {
    recent: [recent, ...known.recent.filter((other) => !isSame(other))].slice(0, maxKept.recent),
    threads: place.thread === undefined ? known.threads : first(threadKey(place), known.threads, maxKept.threads),
    defaults: known.defaults,
    channels: place.channel === '' ? known.channels : first(place.channel, known.channels, maxKept.channels),
  };
}

function first(text: string, others: readonly string[], limit: number): string[] {
  return [text, ...others.filter((other) => other !== text)].slice(0, limit);
}

function channelKey({ tenant, channel }: Place): string {
  return `${tenant}:${channel}`;
}

function knownKey({ channel }: Place, task: number): string {
  return `${channel} ${task}`;
}

function threadKey(place: Place): string {
  return `${channelKey(place)}:${place.thread ?? ''}`;
}
