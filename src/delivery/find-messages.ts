import type { Delivery } from '../domain/delivery.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { Identity } from '../domain/identity.ts';
import { type Result, success } from '../domain/result.ts';
import type { Refreshing } from '../linking/refresh.ts';
import { isSameMessage } from './judge-chat.ts';
import type { Outbox } from './ports.ts';
import { type PartContent, partsOf } from './progress.ts';
import type { ChatMessage, ChatReader } from './task-chat.ts';

/** The dependencies of finding messages. */
export type FindMessagesDeps = {
  readonly outbox: Pick<Outbox, 'contentOf' | 'foundAs'>;
  readonly chat: ChatReader;
  readonly actAs: Refreshing['actAs'];
  /** Epoch ms. */
  readonly now: () => number;
};

/**
 * The ids of the messages that a delivery has put into the chat of its task, in the order of its parts; without those
 * that are not there as they were sent. Rejects when the storage fails.
 */
export type FindMessages = (
  delivery: Delivery,
  identity: Identity,
) => Promise<Result<readonly string[], PortalFailure>>;

/** Clocks of replicas and of the database differ a little, and an answer is some seconds on its way. */
const slackMs = 60_000;

const withinMs = 5_000;

/** Creates the finding: by what a look has found before, else by author, time and words. */
export function createFindMessages({ outbox, chat, actAs, now }: FindMessagesDeps): FindMessages {
  return async (delivery, identity) => {
    const known = await outbox.foundAs(delivery.person, delivery.id);
    const content = await outbox.contentOf(delivery.person, delivery.id);
    const parts = content ? partsOf(content) : [];
    const absent = surelyAbsent(delivery);
    const unknown = parts.filter((_, index) => !known.has(index + 1) && !absent.has(index + 1));
    const read = unknown.length > 0 ? await messagesOf(delivery, identity) : success([]);
    if (!read.ok) {
      return read;
    }
    const taken = new Set(known.values());
    const ids = Array.from({ length: delivery.parts }, (_, index) => {
      const part = absent.has(index + 1) ? undefined : parts[index];
      const id = known.get(index + 1) ?? (part && nearest(part, read.value, taken, now() - endOf(delivery)));
      if (id !== undefined) {
        taken.add(id);
      }
      return id;
    });
    return success(ids.filter((id) => id !== undefined));
  };

  /** What its author wrote there while it was on its way. */
  async function messagesOf(
    delivery: Delivery,
    identity: Identity,
  ): Promise<Result<readonly ChatMessage[], PortalFailure>> {
    const { person, task, bitrixUserId: authorId, acceptedAt } = delivery;
    const sinceMs = Math.max(0, now() - acceptedAt) + slackMs;
    const read = await actAs(person, identity, (credential) =>
      chat.messagesOf({ credential, task, authorId, sinceMs, withinMs }),
    );
    const notAfterMs = now() - endOf(delivery) - slackMs;
    return read.ok ? success(read.value.messages.filter(({ agoMs }) => agoMs >= notAfterMs)) : read;
  }
}

/** Of equal messages, the one that was written closest to the end of the delivery. */
function nearest(
  part: PartContent,
  messages: readonly ChatMessage[],
  taken: ReadonlySet<string>,
  endedAgoMs: number,
): string | undefined {
  const distance = ({ agoMs }: ChatMessage) => Math.abs(agoMs - endedAgoMs);
  return messages
    .filter((message) => !taken.has(message.id) && isSameMessage(part, message))
    .toSorted((one, other) => distance(one) - distance(other))[0]?.id;
}

/** Files that were left out: one of the same name is another one. */
function surelyAbsent({ leftOut = [] }: Delivery): ReadonlySet<number> {
  return new Set(leftOut.filter(({ problem }) => problem.kind !== 'uncertain').map(({ part }) => part));
}

function endOf({ endedAt, acceptedAt }: Delivery): number {
  return endedAt ?? acceptedAt;
}
