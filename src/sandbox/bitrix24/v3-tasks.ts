import { type MethodOutcome, refuseV3, result } from './answers.ts';
import type { MethodCall, RestMethod } from './methods.ts';
import { canRead, type PortalTask } from './state.ts';
import { isRecord, readStrings } from './unknown-values.ts';
import { matchesFilter, orderTasks, readFilter, readPage } from './v3-list.ts';
import { RELATED_FIELD_NAMES, relatedFields, taskFields, taskRights } from './v3-task-view.ts';

/** The REST 3 methods of tasks that a bridge calls. */
export const V3_TASK_METHODS: readonly RestMethod[] = [
  { name: 'tasks.task.get', scopes: ['tasks'], writes: false, run: getTask },
  { name: 'tasks.task.list', scopes: ['tasks'], writes: false, run: listTasks },
  { name: 'tasks.task.access.get', scopes: ['tasks'], writes: false, run: getAccess },
];

function getTask(call: MethodCall): MethodOutcome {
  const { id } = call.parameters;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) {
    return invalidId(id);
  }
  const task = call.state.tasks.get(id);
  if (task === undefined) {
    return refuseV3('ENTITYNOTFOUNDEXCEPTION', 400, { subject: String(id) });
  }
  if (!canRead(call.caller.user, task)) {
    return refuseV3('ACCESSDENIEDEXCEPTION', 403);
  }
  const view = selectFields(call, task, undefined);
  return 'refused' in view ? view.refused : result({ item: view.item });
}

/** A missing task is answered like an inaccessible one: nothing is allowed. The documentation does not say. */
function getAccess({ state, caller, parameters }: MethodCall): MethodOutcome {
  const { id } = parameters;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) {
    return invalidId(id);
  }
  return result(taskRights(caller.user, state.tasks.get(id)));
}

function listTasks(call: MethodCall): MethodOutcome {
  const { filter: conditions, pagination, order } = call.parameters;
  const filter = readFilter(conditions);
  if (filter.kind === 'refused') {
    return filter;
  }
  const page = readPage(pagination);
  if (page === undefined) {
    return refuseV3('INVALIDPAGINATIONEXCEPTION', 400);
  }
  const visible = Array.from(call.state.tasks.values()).filter(
    (task) => canRead(call.caller.user, task) && matchesFilter(task.id, filter.filter),
  );
  const ordered = orderTasks(visible, order);
  if (ordered === undefined) {
    return refuseV3('INVALIDORDEREXCEPTION', 400);
  }
  const items: Record<string, unknown>[] = [];
  for (const task of ordered.slice(page.offset, page.offset + page.limit)) {
    const view = selectFields(call, task, ['id']);
    if ('refused' in view) {
      return view.refused;
    }
    items.push(view.item);
  }
  return result({ items });
}

/** An unknown own field is dropped without a word; an unknown field of a related object is an error. */
function selectFields(
  call: MethodCall,
  task: PortalTask,
  byDefault: readonly string[] | undefined,
): { item: Record<string, unknown> } | { refused: MethodOutcome } {
  const own = taskFields(call.state, call.caller.user, task);
  const { select: names } = call.parameters;
  const asked = readStrings(names);
  if (names !== undefined && !Array.isArray(names)) {
    return { refused: refuseV3('INVALIDSELECTEXCEPTION', 400) };
  }
  const select = asked.length > 0 ? asked : (byDefault ?? Object.keys(own));
  const related = relatedFields(call.state, task);
  const item: Record<string, unknown> = {};
  for (const name of select) {
    const [object = '', field] = name.split('.');
    if (field === undefined) {
      if (Object.hasOwn(own, name)) {
        item[name] = own[name];
      }
      continue;
    }
    if (RELATED_FIELD_NAMES[object]?.includes(field) !== true) {
      return { refused: refuseV3('UNKNOWNDTOPROPERTYEXCEPTION', 400, { subject: name }) };
    }
    const chosen = isRecord(item[object]) ? item[object] : {};
    const source = related[object];
    item[object] = source === null || source === undefined ? null : { ...chosen, [field]: source[field] };
  }
  return { item };
}

function invalidId(id: unknown): MethodOutcome {
  return refuseV3('VALIDATION_REQUESTVALIDATIONEXCEPTION', 400, {
    validation: [{ field: 'id', problem: id === undefined ? 'missing' : 'type' }],
  });
}
