import type { PortalTask, TaskStatus } from '../../state.ts';
import { portalDate } from '../../wire/portal-time.ts';

/** A status as a number in a string. */
const statusNumbers: Readonly<Record<TaskStatus, string>> = {
  pending: '2',
  in_progress: '3',
  supposedly_completed: '4',
  completed: '5',
  deferred: '6',
};

/** A task as REST 2 gives it: selected in upper case, given in camel case, ids as strings; the id is always there. */
export function v2Task(task: PortalTask, select: readonly string[]): Record<string, unknown> {
  const asked = select.map((name) => name.toUpperCase());
  const everything = asked.length === 0 || asked.includes('*');
  const wanted = Object.entries(allFields(task)).filter(
    ([name]) => everything || name === 'ID' || asked.includes(name),
  );
  return Object.assign({}, ...wanted.map(([, values]) => values));
}

function allFields(task: PortalTask): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const status = statusNumbers[task.status ?? 'pending'];
  return {
    ID: { id: String(task.id) },
    TITLE: { title: task.title },
    STATUS: { status, subStatus: status },
    GROUP_ID: { groupId: String(task.group?.id ?? 0), group: groupView(task) },
    ACTIVITY_DATE: { activityDate: portalDate(task.activityAt ?? 0) },
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
