import { chatIdOf, fullName, type PortalTask, type PortalUser, type TaskStatus } from '../../state.ts';
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
export function v2Task(
  task: PortalTask,
  users: ReadonlyMap<number, PortalUser>,
  select: readonly string[],
): Record<string, unknown> {
  const asked = select.map((name) => name.toUpperCase());
  const everything = asked.length === 0 || asked.includes('*');
  const wanted = Object.entries(allFields(task, users)).filter(
    ([name]) => everything || name === 'ID' || asked.includes(name),
  );
  return Object.assign({}, ...wanted.map(([, values]) => values));
}

function allFields(
  task: PortalTask,
  users: ReadonlyMap<number, PortalUser>,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const status = statusNumbers[task.status ?? 'pending'];
  return {
    ID: { id: String(task.id) },
    TITLE: { title: task.title },
    STATUS: { status, subStatus: status },
    GROUP_ID: { groupId: String(task.group?.id ?? 0), group: groupView(task) },
    RESPONSIBLE_ID: { responsibleId: String(task.responsibleId ?? 0), responsible: personView(task, users) },
    DEADLINE: { deadline: task.deadlineAt === undefined ? null : portalDate(task.deadlineAt) },
    CHAT_ID: { chatId: chatIdOf(task) },
    ACTIVITY_DATE: { activityDate: portalDate(task.activityAt ?? 0) },
  };
}

/** As the documentation of tasks.task.get (REST 2) shows a person of a task. */
function personView({ responsibleId }: PortalTask, users: ReadonlyMap<number, PortalUser>): unknown {
  const user = users.get(responsibleId ?? 0);
  return user === undefined
    ? []
    : {
        id: String(user.id),
        name: fullName(user),
        link: `/company/personal/user/${user.id}/`,
        icon: '/bitrix/images/tasks/default_avatar.png',
        workPosition: null,
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
