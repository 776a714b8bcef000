import type { TaskReference } from '../delivery/submission.ts';
import type { AcceptFailure } from '../domain/failure.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin, TaskId } from '../domain/portal.ts';
import type { LeadsTo } from '../linking/moving.ts';
import type { FindIdentity } from '../linking/ports.ts';
import type { Checked, TaskFinder } from './find-task.ts';
import type { Place, TaskAddress, TaskMemory } from './ports.ts';

/** A channel's default as one person sees it: with its title only where they may read it. */
export type ShownDefault = {
  readonly portal: PortalOrigin;
  readonly task: TaskId;
  /** Whose page of the task a link leads to; absent where the person is linked to another portal or not at all. */
  readonly bitrixUserId?: string;
  readonly checked: Checked;
};

type SetDefault =
  | { readonly kind: 'set'; readonly shown: ShownDefault }
  | { readonly kind: 'no-access'; readonly portal: PortalOrigin; readonly task: TaskId }
  | { readonly kind: 'failed'; readonly failure: Extract<AcceptFailure, { kind: 'not-linked' | 'foreign-portal' }> };

/** The default of one channel. */
export type ChannelTask = TaskAddress & { readonly channel: string };

/** Sets, shows and clears the default tasks of channels. Rejects when the storage fails. */
export type ChannelDefaults = {
  find(place: Place): Promise<TaskAddress | undefined>;
  /** Whether the person knows that messages without a task go from `place` to `task`. The person who has set it does. */
  isKnown(person: Person, place: Place, task: TaskId): Promise<boolean>;
  noteKnown(person: Person, place: Place, task: TaskId): Promise<void>;
  show(person: Person, place: Place): Promise<ShownDefault | undefined>;
  /** The defaults of the channels in which this person wrote or set one. */
  list(person: Person): Promise<readonly ChannelTask[]>;
  /** Sets it with the rights of the person: what the portal says is not for them is not set. */
  set(person: Person, place: Place, task: TaskReference): Promise<SetDefault>;
  /** False when there was none. */
  clear(person: Person, place: Place): Promise<boolean>;
};

/** The dependencies of channel defaults. */
export type ChannelDefaultsDeps = {
  readonly memory: Pick<
    TaskMemory,
    'channelDefault' | 'setChannelDefault' | 'channels' | 'knowsDefault' | 'noteKnownDefault'
  >;
  readonly finding: Pick<TaskFinder, 'check'>;
  readonly findIdentity: FindIdentity;
  readonly names: LeadsTo;
};

/** Creates the use cases of channel defaults. */
export function createChannelDefaults(deps: ChannelDefaultsDeps): ChannelDefaults {
  const { memory, finding, findIdentity, names } = deps;
  return {
    find: (place) => memory.channelDefault(place),
    isKnown: memory.knowsDefault,
    noteKnown: memory.noteKnownDefault,
    show,
    list,
    set,
    clear,
  };

  async function show(person: Person, place: Place): Promise<ShownDefault | undefined> {
    const address = await memory.channelDefault(place);
    if (!address) {
      return undefined;
    }
    const { account } = (await findIdentity(person)) ?? {};
    if (!account || !(await names(person.tenant, address.portal, account.portal))) {
      return { ...address, checked: { kind: 'unknown' } };
    }
    return {
      ...address,
      portal: account.portal,
      bitrixUserId: account.userId,
      checked: await finding.check(person, address.task),
    };
  }

  async function list({ tenant, user }: Person): Promise<readonly ChannelTask[]> {
    const channels = await memory.channels({ tenant, user });
    const found = await Promise.all(
      channels.map(async (channel) => {
        const address = await memory.channelDefault({ tenant, channel });
        return address ? [{ ...address, channel }] : [];
      }),
    );
    return found.flat();
  }

  async function set(person: Person, place: Place, reference: TaskReference): Promise<SetDefault> {
    const identity = await findIdentity(person);
    if (!identity) {
      return { kind: 'failed', failure: { kind: 'not-linked' } };
    }
    const { portal, userId } = identity.account;
    const { task } = reference;
    if (reference.kind === 'link' && !(await names(person.tenant, reference.portal, portal))) {
      return { kind: 'failed', failure: { kind: 'foreign-portal', portal: reference.portal, linked: portal } };
    }
    const checked = await finding.check(person, task);
    if (checked.kind === 'none') {
      return { kind: 'no-access', portal, task };
    }
    await memory.setChannelDefault(place, person, { portal, task });
    await memory.noteKnownDefault(person, place, task);
    return { kind: 'set', shown: { portal, task, bitrixUserId: userId, checked } };
  }

  async function clear(person: Person, place: Place): Promise<boolean> {
    const known = await memory.channelDefault(place);
    if (known) {
      await memory.setChannelDefault(place, person, undefined);
    }
    return known !== undefined;
  }
}
