import { canRead, postMessage } from '../../state.ts';
import { type FieldProblem, type MethodOutcome, refuseV3, result } from '../../wire/answers.ts';
import { isRecord, readStrings } from '../../wire/unknown-values.ts';
import type { MethodCall, RestMethod } from './method.ts';

/** The REST 3 methods of a task's chat. */
export const v3ChatMethods: readonly RestMethod[] = [
  { name: 'tasks.task.chat.message.send', scopes: ['tasks'], writes: true, run: sendMessage },
  { name: 'tasks.task.chat.message.field.list', scopes: ['tasks'], writes: false, run: listFields },
];

const fieldTypes = { id: 'int', taskId: 'int', text: 'string' } as const;
const requiredFields = ['taskId', 'text'] as const;

function sendMessage({ state, caller, parameters, idempotencyKey }: MethodCall): MethodOutcome {
  const { fields } = parameters;
  if (!isRecord(fields)) {
    return invalidRequest([{ field: 'fields', problem: fields === undefined ? 'missing' : 'type' }]);
  }
  const refused = checkFields(fields);
  if (refused !== undefined) {
    return refused;
  }

  const { taskId, text } = fields;
  if (typeof taskId !== 'number' || typeof text !== 'string') {
    return invalidRequest([{ field: 'fields', problem: 'type' }]);
  }
  const task = state.tasks.get(taskId);
  if (task === undefined || !canRead(caller.user, task)) {
    return refuseV3('ACCESSDENIEDEXCEPTION', 403);
  }
  // PHP takes the text `0` for an empty one.
  if (text === '' || text === '0') {
    return invalidRequest([{ field: 'message.text', problem: 'empty' }]);
  }
  if (task.chat === 'refuses') {
    return invalidRequest([{ field: 'taskId', problem: 'no-chat' }]);
  }
  if (task.chat !== 'swallows') {
    postMessage(state, { author: caller.user, task, text, key: idempotencyKey });
  }
  return result({ result: true });
}

/** Unknown names first (they fail while the object is built), then types, then what is missing. */
function checkFields(fields: Readonly<Record<string, unknown>>): MethodOutcome | undefined {
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(fieldTypes, name));
  if (unknown !== undefined) {
    return refuseV3('UNKNOWNDTOPROPERTYEXCEPTION', 400, { subject: unknown });
  }

  const mistyped = Object.entries(fieldTypes).filter(
    ([name, type]) => Object.hasOwn(fields, name) && !isOfType(fields[name], type),
  );
  if (mistyped.length > 0) {
    return invalidRequest(mistyped.map(([field]) => ({ field, problem: 'type' })));
  }

  const missing = requiredFields.filter((name) => !Object.hasOwn(fields, name));
  if (missing.length === 0) {
    return undefined;
  }
  return refuseV3('VALIDATION_DTOVALIDATIONEXCEPTION', 400, {
    validation: missing.map((field) => ({ field, problem: 'missing' })),
  });
}

function isOfType(value: unknown, type: 'int' | 'string'): boolean {
  return type === 'int' ? Number.isSafeInteger(value) : typeof value === 'string';
}

function invalidRequest(validation: readonly FieldProblem[]): MethodOutcome {
  return refuseV3('VALIDATION_REQUESTVALIDATIONEXCEPTION', 400, { validation });
}

function listFields({ parameters }: MethodCall): MethodOutcome {
  const rows = Object.entries(fieldTypes).map(([name, type]) => ({
    name,
    type,
    title: name,
    description: null,
    filterable: name === 'id',
    sortable: name === 'id',
    multiple: false,
  }));
  const { select: names } = parameters;
  const select = readStrings(names);
  if (select.length === 0) {
    return result({ items: rows });
  }
  const known = new Set(Object.keys(rows[0] ?? {}));
  const unknown = select.find((name) => !known.has(name));
  if (unknown !== undefined) {
    return refuseV3('UNKNOWNDTOPROPERTYEXCEPTION', 400, { subject: unknown });
  }
  const pick = (row: object) => Object.fromEntries(Object.entries(row).filter(([name]) => select.includes(name)));
  return result({ items: rows.map(pick) });
}
