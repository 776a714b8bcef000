import { portalDate } from './portal-time.ts';
import { canRead, fullName, type PortalState, type PortalTask, type PortalUser } from './state.ts';

/** The rights map of a task for one person, as tasks.task.access.get and the field `rights` give it. */
export function taskRights(user: PortalUser, task: PortalTask | undefined): Record<string, boolean> {
  const read = task !== undefined && canRead(user, task);
  const edit = read && (user.admin === true || task.creatorId === user.id);
  const work = edit || (read && task.responsibleId === user.id);
  const open = task?.status !== 'completed';
  return {
    ...grant(['read', 'watch', 'mute', 'createSubtask', 'createResult', 'favorite', 'reminder', 'copy'], read),
    ...grant(['elapsedTime', 'addAuditors', 'attachFile', 'detachFile', 'checklistAdd', 'checklistToggle'], read),
    ...grant(['edit', 'remove', 'deadline', 'datePlan', 'changeResponsible', 'changeAccomplices', 'mark'], edit),
    ...grant(
      ['saveAsTemplate', 'detachParent', 'createGanttDependence', 'checklistEdit', 'checklistSave', 'automate'],
      edit,
    ),
    ...grant(['complete', 'delegate', 'changeStatus', 'completeResult'], work && open),
    ...grant(['start'], work && task?.status === 'pending'),
    ...grant(['pause', 'defer'], work && task?.status === 'in_progress'),
    ...grant(['renew'], work && !open),
    ...grant(
      [
        'approve',
        'disapprove',
        'take',
        'changeDirector',
        'timeTracking',
        'resultEdit',
        'removeResult',
        'resultRead',
        'sort',
      ],
      false,
    ),
    admin: read && user.admin === true,
  };
}

/** The task's own fields as REST 3 gives them; `link` is relative and names the caller, not the author. */
export function taskFields(state: PortalState, viewer: PortalUser, task: PortalTask): Record<string, unknown> {
  const activity = portalDate(task.activityAt ?? 0);
  return {
    id: task.id,
    title: task.title,
    description: task.description ?? '',
    status: task.status ?? 'pending',
    creatorId: task.creatorId ?? 1,
    responsibleId: task.responsibleId ?? task.creatorId ?? 1,
    groupId: task.group?.id ?? null,
    deadline: null,
    parentId: null,
    changed: activity,
    activity,
    chatId: chatId(task),
    link: `/company/personal/user/${viewer.id}/tasks/task/view/${task.id}/`,
    rights: taskRights(viewer, state.tasks.get(task.id)),
  };
}

/** The related objects that a dotted `select` can ask for. */
export function relatedFields(
  state: PortalState,
  task: PortalTask,
): Readonly<Record<string, Readonly<Record<string, unknown>> | null>> {
  return {
    creator: person(state.users.get(task.creatorId ?? 1)),
    responsible: person(state.users.get(task.responsibleId ?? task.creatorId ?? 1)),
    group: task.group === undefined ? null : { id: task.group.id, name: task.group.name },
    chat: { id: chatId(task), entityId: String(task.id), entityType: 'TASKS_TASK' },
  };
}

/** Names that exist in related objects, also where the object is missing. */
export const RELATED_FIELD_NAMES: Readonly<Record<string, readonly string[]>> = {
  creator: ['id', 'name', 'email'],
  responsible: ['id', 'name', 'email'],
  group: ['id', 'name'],
  chat: ['id', 'entityId', 'entityType'],
};

/** The chat of a task; the number has nothing to do with the task's. */
export function chatId(task: PortalTask): number {
  return 2000 + task.id;
}

function person(user: PortalUser | undefined): Readonly<Record<string, unknown>> | null {
  return user === undefined ? null : { id: user.id, name: fullName(user), email: user.email ?? '' };
}

function grant(names: readonly string[], granted: boolean): Record<string, boolean> {
  return Object.fromEntries(names.map((name) => [name, granted]));
}
