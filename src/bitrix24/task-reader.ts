import { z } from 'zod';
import type { PortalFailure } from '../domain/failure.ts';
import { taskIdOf } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { FoundTask, TaskReader, TaskStatus } from '../tasks/ports.ts';
import type { PortalReads } from './portal-reads.ts';

/** Creates the finder. Searches through REST 2, because REST 3.0 cannot filter by title. */
export function createTaskReader({ reads }: { readonly reads: PortalReads }): TaskReader {
  return {
    async search({ credential, words, limit, withinMs }) {
      const found = await reads.ask({
        credential,
        api: 'v2',
        method: 'tasks.task.list',
        parameters: { filter: titleFilter(words), order: { ACTIVITY_DATE: 'desc' }, select: v2Fields },
        answer: v2List,
        yields: true,
        giveUpAt: reads.deadline(withinMs),
      });
      if (!found.ok) {
        return found;
      }
      const tasks = found.value.filter((task) => task !== undefined);
      return success(tasks.filter(({ title }) => hasLiterally(title, words)).slice(0, limit));
    },
    async get({ credential, task, withinMs }) {
      const giveUpAt = reads.deadline(withinMs);
      const question = { credential, giveUpAt, method: 'tasks.task.get', yields: true } as const;
      const parameters = { id: task, select: v3Fields };
      const found = await reads.ask({ ...question, api: 'v3', parameters, answer: v3One });
      if (found.ok || !asksForRestTwo.includes(found.failure.kind)) {
        return foundOrNone(found);
      }
      const older = { taskId: task, select: v2Fields };
      return foundOrNone(await reads.ask({ ...question, api: 'v2', parameters: older, answer: v2One }));
    },
  };
}

/** Portals and credentials that are too old for REST 3.0, and builds that know other fields. */
const asksForRestTwo: readonly PortalFailure['kind'][] = ['portal-too-old', 'missing-scope', 'invalid-request'];

const v2Fields = ['ID', 'TITLE', 'STATUS', 'GROUP_ID'];
const v3Fields = ['id', 'title', 'status', 'group.name'];

/** REST 2 numbers, REST 3.0 words. Source: Bitrix24 documentation, fields of a task in both. */
const statuses: Readonly<Record<string, TaskStatus>> = {
  1: 'pending',
  2: 'pending',
  3: 'in-progress',
  4: 'awaiting-control',
  5: 'completed',
  6: 'deferred',
  7: 'declined',
  pending: 'pending',
  in_progress: 'in-progress',
  supposedly_completed: 'awaiting-control',
  completed: 'completed',
  deferred: 'deferred',
  declined: 'declined',
};

const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/** REST 2 gives ids as texts and an empty list for no group; REST 3.0 numbers and null. */
const taskAnswer = z
  .object({
    id: textOrNumber,
    title: z.string().catch(''),
    status: textOrNumber.catch('unknown'),
    group: z
      .object({ name: z.string().min(1) })
      .optional()
      .catch(undefined),
  })
  .transform(({ id, title, status, group }): FoundTask | undefined => {
    const task = taskIdOf(id);
    if (task === undefined) {
      return undefined;
    }
    return {
      task,
      title,
      status: statuses[status] ?? 'unknown',
      ...present({ group: group?.name }),
    };
  });

/** PHP turns a list with gaps into an object, and one odd task is no reason to show none of the others. */
const v2List = z
  .object({ tasks: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()).transform(Object.values)]) })
  .transform(({ tasks }) => tasks.map((task) => taskAnswer.safeParse(task).data));
const v3One = z.object({ item: taskAnswer }).transform(({ item }) => item);

/** REST 2 answers an empty list where REST 3.0 refuses. */
const v2One = z.union([
  z.object({ task: taskAnswer }).transform(({ task }) => task),
  z.array(z.never()).transform(() => undefined),
]);

function foundOrNone(found: Result<FoundTask | undefined, PortalFailure>): Result<FoundTask, PortalFailure> {
  if (!found.ok) {
    return found;
  }
  return found.value ? success(found.value) : failed({ kind: 'no-access' });
}

/**
 * The TITLE filter takes the wildcards `%` and `_` and has no documented way to escape them. What a person typed of
 * them becomes `_`, which fits any one character; `hasLiterally` then keeps the titles that have the very characters.
 */
function titleFilter(words: string): Readonly<Record<string, string>> {
  const pieces = wordsOf(words).map((word) => word.replace(/[%_\\]/g, '_'));
  return pieces.length === 0 ? {} : { TITLE: `%${pieces.join('%')}%` };
}

function hasLiterally(title: string, words: string): boolean {
  const wild = wordsOf(words).filter((word) => /[%_\\]/.test(word));
  return wild.every((word) => title.toLowerCase().includes(word.toLowerCase()));
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
