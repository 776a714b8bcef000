import { canRead } from '../../state.ts';
import { type MethodOutcome, refuseFlat, result } from '../../wire/answers.ts';
import { readLooseId, readStrings } from '../../wire/unknown-values.ts';
import type { MethodCall, RestMethod } from './method.ts';
import { matchesV2Filter, orderV2Tasks } from './v2-list.ts';
import { v2Task } from './v2-task-view.ts';

/** The REST 2 methods of tasks. */
export const v2TaskMethods: readonly RestMethod[] = [
  { name: 'tasks.task.list', scopes: ['task'], writes: false, run: listTasks },
  { name: 'tasks.task.get', scopes: ['task'], writes: false, run: getTask },
];

const pageSize = 50;

/** Gives the first fifty. */
function listTasks({ state, caller, parameters }: MethodCall): MethodOutcome {
  const { filter, order, select } = parameters;
  const visible = Array.from(state.tasks.values()).filter(
    (task) => canRead(caller.user, task) && matchesV2Filter(task, filter),
  );
  const ordered = orderV2Tasks(visible, order);
  if (ordered === undefined) {
    return refuseFlat('0', 400);
  }
  const tasks = ordered.slice(0, pageSize).map((task) => v2Task(task, state.users, readStrings(select)));
  const total = ordered.length;
  return result({ tasks }, total > pageSize ? { next: pageSize, total } : { total });
}

/** A missing task and an inaccessible one are the same empty list. */
function getTask({ state, caller, parameters }: MethodCall): MethodOutcome {
  const { taskId, select } = parameters;
  const id = readLooseId(taskId);
  if (id === undefined) {
    return refuseFlat('100', 400, 'taskId');
  }
  const task = state.tasks.get(id);
  if (task === undefined || !canRead(caller.user, task)) {
    return result([]);
  }
  return result({ task: v2Task(task, state.users, readStrings(select)) });
}
