import { z } from 'zod';
import type { PortalFailure } from '../domain/failure.ts';
import type { Credential } from '../domain/identity.ts';
import { createLru } from '../domain/lru.ts';
import type { TaskId } from '../domain/portal.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { PortalReads } from './portal-reads.ts';

/** Knows the chats of tasks by their numbers. */
export type TaskChats = {
  /** The number of the chat; null for a task that has none yet. */
  find(credential: Credential, task: TaskId, giveUpAt: number): Promise<Result<number | null, PortalFailure>>;
  /** The portal does not know that chat any more. */
  forget(credential: Credential, task: TaskId): void;
};

/** How many chats are remembered. */
const maxKnown = 10_000;

const chatNumber = z.coerce.number().int().positive().nullable();
const v3Answer = z.object({ item: z.object({ chatId: chatNumber }) }).transform(({ item }) => item.chatId);
const v2Answer = z.object({ task: z.object({ chatId: chatNumber }) }).transform(({ task }) => task.chatId);

/** Credentials and builds that answer in REST 2 only, and those that do not know the field. */
const asksForRestTwo: readonly PortalFailure['kind'][] = [
  'portal-too-old',
  'missing-scope',
  'invalid-request',
  'unexpected',
];

/**
 * Creates the look-up of chats. A chat keeps its number. Source: Bitrix24 documentation, tasks.task.get of REST 3.0
 * (`chatId`) and of REST 2 (`CHAT_ID`).
 */
export function createTaskChats({ reads }: { readonly reads: PortalReads }): TaskChats {
  const known = createLru<number>(maxKnown);
  return {
    async find(credential, task, giveUpAt) {
      const chat = known.get(keyOf(credential, task));
      if (chat !== undefined) {
        return success(chat);
      }
      const found = await ask(credential, task, giveUpAt);
      if (found.ok && found.value !== null) {
        known.set(keyOf(credential, task), found.value);
      }
      return found;
    },
    forget(credential, task) {
      known.delete(keyOf(credential, task));
    },
  };

  async function ask(
    credential: Credential,
    task: TaskId,
    giveUpAt: number,
  ): Promise<Result<number | null, PortalFailure>> {
    const question = { credential, method: 'tasks.task.get', giveUpAt } as const;
    const parameters = { id: task, select: ['id', 'chatId'] };
    const found = await reads.ask({ ...question, api: 'v3', parameters, answer: v3Answer });
    if (found.ok || !asksForRestTwo.includes(found.failure.kind)) {
      return found;
    }
    const older = { taskId: task, select: ['ID', 'CHAT_ID'] };
    const foundThere = await reads.ask({ ...question, api: 'v2', parameters: older, answer: v2Answer });
    const isUnknown = !foundThere.ok && foundThere.failure.kind === 'unexpected';
    return isUnknown ? failed({ kind: 'no-access' }) : foundThere;
  }
}

function keyOf({ portal }: Credential, task: TaskId): string {
  return `${portal} ${task}`;
}
