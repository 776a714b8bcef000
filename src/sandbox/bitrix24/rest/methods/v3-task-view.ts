import { chatIdOf, fullName, type PortalTask, type PortalUser } from '../../state.ts';
import { portalDate } from '../../wire/portal-time.ts';

/** The task's own fields as REST 3 gives them. */
export function taskFields(task: PortalTask): Readonly<Record<string, unknown>> {
  return {
    id: task.id,
    title: task.title,
    status: task.status ?? 'pending',
    deadline: task.deadlineAt === undefined ? null : portalDate(task.deadlineAt),
    chatId: chatIdOf(task),
    activity: portalDate(task.activityAt ?? 0),
  };
}

/** The related objects that a dotted `select` can ask for; null where the task has none. */
export function relatedFields(
  task: PortalTask,
  users: ReadonlyMap<number, PortalUser>,
): Readonly<Record<string, Readonly<Record<string, unknown>> | null>> {
  const person = (id: number | undefined) => {
    const user = users.get(id ?? 0);
    return user === undefined ? null : { id: user.id, name: fullName(user) };
  };
  return {
    group: task.group === undefined ? null : { id: task.group.id, name: task.group.name },
    responsible: person(task.responsibleId),
    creator: person(task.creatorId),
  };
}

/** Names that exist in related objects, also where the object is missing. */
export const relatedFieldNames: Readonly<Record<string, readonly string[]>> = {
  group: ['id', 'name'],
  responsible: ['id', 'name'],
  creator: ['id', 'name'],
};
