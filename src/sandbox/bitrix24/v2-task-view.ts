import { portalDate } from './portal-time.ts';
import { canRead, fullName, type PortalState, type PortalTask, type PortalUser, type TaskStatus } from './state.ts';
import { chatId } from './v3-task-view.ts';

/** REAL_STATUS as a number in a string. */
export const STATUS_NUMBERS: Readonly<Record<TaskStatus, string>> = {
  pending: '2',
  in_progress: '3',
  supposedly_completed: '4',
  completed: '5',
  deferred: '6',
};

/** A task as REST 2 gives it: selected in upper case, given in camel case, ids as strings; the id is always there. */
export function v2Task(state: PortalState, task: PortalTask, select: readonly string[]): Record<string, unknown> {
  const fields = allFields(state, task);
  const asked = select.map((name) => name.toUpperCase());
  const everything = asked.length === 0 || asked.includes('*');
  const wanted = Object.entries(fields).filter(([name]) => everything || name === 'ID' || asked.includes(name));
  return Object.assign({}, ...wanted.map(([, values]) => values));
}

/** The allowed actions of tasks.task.getaccess. */
export function v2Actions(user: PortalUser, task: PortalTask): Record<string, boolean> {
  const read = canRead(user, task);
  const edit = read && (user.admin === true || task.creatorId === user.id);
  const work = edit || (read && task.responsibleId === user.id);
  const open = task.status !== 'completed';
  return {
    ACCEPT: false,
    DECLINE: false,
    COMPLETE: work && open,
    APPROVE: false,
    DISAPPROVE: false,
    START: work && (task.status ?? 'pending') === 'pending',
    PAUSE: work && task.status === 'in_progress',
    DELEGATE: work,
    REMOVE: edit,
    EDIT: edit,
    DEFER: work && open,
    RENEW: work && !open,
    CREATE: true,
    CHANGE_DEADLINE: edit,
    CHECKLIST_ADD_ITEMS: read,
    'ELAPSEDTIME.ADD': read,
    'FAVORITE.ADD': read,
  };
}

function allFields(state: PortalState, task: PortalTask): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const status = STATUS_NUMBERS[task.status ?? 'pending'];
  const activity = portalDate(task.activityAt ?? 0);
  const creatorId = task.creatorId ?? 1;
  const responsibleId = task.responsibleId ?? creatorId;
  return {
    ID: { id: String(task.id) },
    TITLE: { title: task.title },
    DESCRIPTION: { description: task.description ?? '' },
    STATUS: { status, subStatus: status },
    REAL_STATUS: { realStatus: status },
    GROUP_ID: { groupId: String(task.group?.id ?? 0), group: groupView(task) },
    CREATED_BY: { createdBy: String(creatorId), creator: personView(state, creatorId) },
    RESPONSIBLE_ID: { responsibleId: String(responsibleId), responsible: personView(state, responsibleId) },
    CHANGED_DATE: { changedDate: activity },
    ACTIVITY_DATE: { activityDate: activity },
    DEADLINE: { deadline: null },
    CHAT_ID: { chatId: chatId(task) },
  };
}

/** No group is an empty list, not null. */
function groupView(task: PortalTask): unknown {
  if (task.group === undefined) {
    return [];
  }
  return {
    id: String(task.group.id),
    name: task.group.name,
    opened: false,
    membersCount: 1,
    image: '',
    additionalData: [],
  };
}

function personView(state: PortalState, id: number): unknown {
  const user = state.users.get(id);
  return {
    id: String(id),
    name: user === undefined ? '' : fullName(user),
    link: `/company/personal/user/${id}/`,
    icon: '',
    workPosition: '',
  };
}
