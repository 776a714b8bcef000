import { type MethodOutcome, refuseFlat, result } from './answers.ts';
import type { MethodCall, RestMethod } from './methods.ts';
import { canRead } from './state.ts';
import { isRecord, readLooseId, readStrings } from './unknown-values.ts';
import { matchesV2Filter, orderV2Tasks, PAGE_SIZE, startOffset } from './v2-list.ts';
import { v2Actions, v2Task } from './v2-task-view.ts';

/** The REST 2 methods of tasks. */
export const V2_TASK_METHODS: readonly RestMethod[] = [
  { name: 'tasks.task.list', scopes: ['task'], writes: false, run: listTasks },
  { name: 'tasks.task.get', scopes: ['task'], writes: false, run: getTask },
  { name: 'tasks.task.getaccess', scopes: ['task'], writes: false, run: getAccess },
];

/** Fifty per page; `start: -1` leaves out the counting, and with it `total` and `next`. */
function listTasks({ state, caller, parameters }: MethodCall): MethodOutcome {
  const { filter: asked, order, start: from, select: names } = parameters;
  const filter = isRecord(asked) ? asked : {};
  const visible = Array.from(state.tasks.values()).filter(
    (task) => canRead(caller.user, task) && matchesV2Filter(task, filter),
  );
  const ordered = orderV2Tasks(visible, order);
  if (ordered === undefined) {
    return refuseFlat('0', 400);
  }

  const start = startOffset(from);
  const offset = Math.max(0, start);
  const select = readStrings(names);
  const page = ordered.slice(offset, offset + PAGE_SIZE).map((task) => v2Task(state, task, select));
  if (start < 0) {
    return result({ tasks: page });
  }
  const total = ordered.length;
  const next = offset + PAGE_SIZE;
  return result({ tasks: page }, next < total ? { next, total } : { total });
}

/** A missing task and an inaccessible one are the same empty list. */
function getTask({ state, caller, parameters }: MethodCall): MethodOutcome {
  const { taskId } = parameters;
  const id = readLooseId(taskId);
  if (id === undefined) {
    return refuseFlat('100', 400, 'taskId');
  }
  const task = state.tasks.get(id);
  if (task === undefined || !canRead(caller.user, task)) {
    return result([]);
  }
  const { select } = parameters;
  return result({ task: v2Task(state, task, readStrings(select)) });
}

function getAccess({ state, caller, parameters }: MethodCall): MethodOutcome {
  const { taskId } = parameters;
  const id = readLooseId(taskId);
  if (id === undefined) {
    return refuseFlat('100', 400, 'taskId');
  }
  const { users } = parameters;
  if (users !== undefined && !Array.isArray(users)) {
    return refuseFlat('100', 400, 'users');
  }
  const task = state.tasks.get(id);
  if (task === undefined || !canRead(caller.user, task)) {
    return result({ allowedActions: [] });
  }
  const asked: number[] =
    users === undefined ? [caller.user.id] : users.map(readLooseId).filter((userId) => userId !== undefined);
  const people = asked.map((userId) => state.users.get(userId)).filter((user) => user !== undefined);
  return result({ allowedActions: Object.fromEntries(people.map((user) => [String(user.id), v2Actions(user, task)])) });
}
