import { z } from 'zod';
import type { PortalFailure } from '../domain/failure.ts';
import { taskIdOf } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { FoundTask, TaskCard, TaskReader, TaskStatus } from '../tasks/ports.ts';
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
    get: (query) => getOne(query, { v3: v3Fields, v2: v2Fields, answer: taskAnswer }),
    card: (query) => getOne(query, { v3: v3CardFields, v2: v2CardFields, answer: cardAnswer }),
  };

  async function getOne<Task>(
    { credential, task, withinMs }: Parameters<TaskReader['get']>[0],
    wanted: Wanted<Task>,
  ): Promise<Result<Task, PortalFailure>> {
    const giveUpAt = reads.deadline(withinMs);
    const question = { credential, giveUpAt, method: 'tasks.task.get', yields: true } as const;
    const parameters = { id: task, select: wanted.v3 };
    const found = await reads.ask({ ...question, api: 'v3', parameters, answer: v3One(wanted.answer) });
    if (found.ok || !asksForRestTwo.includes(found.failure.kind)) {
      return foundOrNone(found);
    }
    const older = { taskId: task, select: wanted.v2 };
    return foundOrNone(await reads.ask({ ...question, api: 'v2', parameters: older, answer: v2One(wanted.answer) }));
  }
}

/** The fields to ask for in each REST, and how to read the task in either answer. */
type Wanted<Task> = {
  readonly v3: readonly string[];
  readonly v2: readonly string[];
  readonly answer: z.ZodType<Task | undefined>;
};

/** Portals and credentials that are too old for REST 3.0, and builds that know other fields. */
const asksForRestTwo: readonly PortalFailure['kind'][] = ['portal-too-old', 'missing-scope', 'invalid-request'];

const v2Fields = ['ID', 'TITLE', 'STATUS', 'GROUP_ID'];
const v3Fields = ['id', 'title', 'status', 'group.name'];
/** The deadline carries the portal's offset. Source: Bitrix24 documentation, REST 3.0, fields of a task. */
const v3CardFields = [...v3Fields, 'deadline', 'responsible.name'];
const v2CardFields = [...v2Fields, 'DEADLINE', 'RESPONSIBLE_ID'];

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
const named = z
  .object({ name: z.string().min(1) })
  .optional()
  .catch(undefined);
const taskFields = z.object({
  id: textOrNumber,
  title: z.string().catch(''),
  status: textOrNumber.catch('unknown'),
  group: named,
});
const taskAnswer = taskFields.transform(toTask);
const cardAnswer = taskFields
  .extend({ responsible: named, deadline: z.string().optional().catch(undefined) })
  .transform(({ responsible, deadline, ...fields }): TaskCard | undefined => {
    const task = toTask(fields);
    const at = Date.parse(deadline ?? '');
    return task && { ...task, ...present({ responsible: responsible?.name, deadline: at || undefined }) };
  });

function toTask({ id, title, status, group }: z.infer<typeof taskFields>): FoundTask | undefined {
  const task = taskIdOf(id);
  return task && { task, title, status: statuses[status] ?? 'unknown', ...present({ group: group?.name }) };
}

/** PHP turns a list with gaps into an object, and one odd task is no reason to show none of the others. */
const v2List = z
  .object({ tasks: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()).transform(Object.values)]) })
  .transform(({ tasks }) => tasks.map((task) => taskAnswer.safeParse(task).data));

function v3One<Task>(answer: z.ZodType<Task | undefined>): z.ZodType<Task | undefined> {
  return z.object({ item: answer }).transform(({ item }) => item);
}

/** REST 2 answers an empty list where REST 3.0 refuses. */
function v2One<Task>(answer: z.ZodType<Task | undefined>): z.ZodType<Task | undefined> {
  return z.union([
    z.object({ task: answer }).transform(({ task }) => task),
    z.array(z.never()).transform(() => undefined),
  ]);
}

function foundOrNone<Task>(found: Result<Task | undefined, PortalFailure>): Result<Task, PortalFailure> {
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
