import { canRead, type PortalTask } from '../../state.ts';
import { type MethodOutcome, refuseV3, result } from '../../wire/answers.ts';
import { isRecord, readStrings } from '../../wire/unknown-values.ts';
import type { MethodCall, RestMethod } from './method.ts';
import { relatedFieldNames, relatedFields, taskFields } from './v3-task-view.ts';

/** The REST 3 methods of tasks. */
export const v3TaskMethods: readonly RestMethod[] = [
  { name: 'tasks.task.get', scopes: ['tasks'], writes: false, run: getTask },
];

function getTask({ state, caller, parameters }: MethodCall): MethodOutcome {
  const { id, select } = parameters;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) {
    return invalidId(id);
  }
  const task = state.tasks.get(id);
  if (task === undefined) {
    return refuseV3('ENTITYNOTFOUNDEXCEPTION', 400, { subject: String(id) });
  }
  if (!canRead(caller.user, task)) {
    return refuseV3('ACCESSDENIEDEXCEPTION', 403);
  }
  return selectFields(task, relatedFields(task, state.users), select);
}

/** An unknown own field is dropped without a word; an unknown field of a related object is an error. */
function selectFields(task: PortalTask, related: ReturnType<typeof relatedFields>, names: unknown): MethodOutcome {
  if (names !== undefined && !Array.isArray(names)) {
    return refuseV3('INVALIDSELECTEXCEPTION', 400);
  }
  const own = taskFields(task);
  const asked = readStrings(names);
  const item: Record<string, unknown> = {};
  for (const name of asked.length > 0 ? asked : Object.keys(own)) {
    const [object = '', field] = name.split('.');
    if (field === undefined) {
      if (Object.hasOwn(own, name)) {
        item[name] = own[name];
      }
      continue;
    }
    if (relatedFieldNames[object]?.includes(field) !== true) {
      return refuseV3('UNKNOWNDTOPROPERTYEXCEPTION', 400, { subject: name });
    }
    const chosen = isRecord(item[object]) ? item[object] : {};
    const source = related[object];
    item[object] = source === null || source === undefined ? null : { ...chosen, [field]: source[field] };
  }
  return result({ item });
}

function invalidId(id: unknown): MethodOutcome {
  return refuseV3('VALIDATION_REQUESTVALIDATIONEXCEPTION', 400, {
    validation: [{ field: 'id', problem: id === undefined ? 'missing' : 'type' }],
  });
}
