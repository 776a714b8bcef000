import { type Refused, refuseV3 } from './answers.ts';
import type { PortalTask } from './state.ts';
import { isRecord } from './unknown-values.ts';

type Condition = { readonly operator: string; readonly values: readonly number[] };

/** A filter of REST 3 on `id`: conditions joined by "and" or "or". */
export type IdFilter = {
  readonly logic: 'and' | 'or';
  readonly parts: readonly (Condition | IdFilter)[];
};

const OPERATORS = ['=', '!=', '>', '>=', '<', '<=', 'in', 'between'];
/** The documentation allows 1000; portals give 50 (measured by the vendor's client). */
const LONGEST_PAGE = 50;

/** Reads `[["id", "in", [1, 2]], ["id", ">", 5]]` or `{logic, conditions}`; `tasks.task.list` filters by `id` only. */
export function readFilter(value: unknown): { kind: 'filter'; filter: IdFilter } | Refused {
  if (value === undefined) {
    return { kind: 'filter', filter: { logic: 'and', parts: [] } };
  }
  const { logic: join, conditions: rows } = isRecord(value) ? value : { logic: 'and', conditions: value };
  const logic = join === 'or' ? 'or' : 'and';
  if (!Array.isArray(rows)) {
    return refused('INVALIDFILTEREXCEPTION');
  }
  const parts: (Condition | IdFilter)[] = [];
  for (const row of rows) {
    const part = isRecord(row) ? readFilter(row) : readCondition(row);
    if (part.kind === 'refused') {
      return part;
    }
    parts.push(part.kind === 'filter' ? part.filter : part.condition);
  }
  return { kind: 'filter', filter: { logic, parts } };
}

/** Whether a task with this id passes. */
export function matchesFilter(id: number, filter: IdFilter): boolean {
  const passes = (part: Condition | IdFilter) =>
    'logic' in part ? matchesFilter(id, part) : matchesCondition(id, part);
  return filter.logic === 'and' ? filter.parts.every(passes) : filter.parts.some(passes);
}

/** `{page, limit, offset}`; undefined where it cannot be read. */
export function readPage(value: unknown): { offset: number; limit: number } | undefined {
  if (value === undefined) {
    return { offset: 0, limit: LONGEST_PAGE };
  }
  if (!isRecord(value)) {
    return undefined;
  }
  const { page = 1, limit = LONGEST_PAGE, offset } = value;
  if (!isWhole(page) || !isWhole(limit) || limit === 0 || (offset !== undefined && !isWhole(offset))) {
    return undefined;
  }
  const size = Math.min(limit, LONGEST_PAGE);
  return { limit: size, offset: offset ?? (Math.max(1, page) - 1) * size };
}

/** Sorts by `{field: "ASC"|"DESC"}`; undefined where the field cannot be sorted by. */
export function orderTasks(tasks: readonly PortalTask[], order: unknown): readonly PortalTask[] | undefined {
  if (order === undefined || (Array.isArray(order) && order.length === 0)) {
    return tasks;
  }
  if (!isRecord(order)) {
    return undefined;
  }
  const keys = Object.entries(order);
  if (keys.some(([field, way]) => SORT_KEYS[field] === undefined || !/^(asc|desc)$/i.test(String(way)))) {
    return undefined;
  }
  return tasks.toSorted((left, right) => {
    for (const [field, way] of keys) {
      const compared = compare(SORT_KEYS[field]?.(left) ?? 0, SORT_KEYS[field]?.(right) ?? 0);
      if (compared !== 0) {
        return /^desc$/i.test(String(way)) ? -compared : compared;
      }
    }
    return 0;
  });
}

const SORT_KEYS: Readonly<Record<string, (task: PortalTask) => number | string>> = {
  id: (task) => task.id,
  title: (task) => task.title,
  activity: (task) => task.activityAt ?? 0,
  changed: (task) => task.activityAt ?? 0,
};

function readCondition(row: unknown): { kind: 'condition'; condition: Condition } | Refused {
  if (!Array.isArray(row)) {
    return refused('INVALIDFILTEREXCEPTION');
  }
  const [field, second, third]: unknown[] = row;
  const [operator, value] = row.length === 2 ? ['=', second] : [second, third];
  if (field !== 'id') {
    return refused('VALIDATION_REQUESTVALIDATIONEXCEPTION', String(field));
  }
  if (typeof operator !== 'string' || !OPERATORS.includes(operator)) {
    return refused('UNKNOWNFILTEROPERATOREXCEPTION', String(operator));
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (!values.every(isInteger)) {
    return refused('INVALIDFILTEREXCEPTION');
  }
  return { kind: 'condition', condition: { operator, values } };
}

function matchesCondition(id: number, { operator, values }: Condition): boolean {
  const [first = 0, second = 0] = values;
  switch (operator) {
    case 'in':
      return values.includes(id);
    case 'between':
      return id >= first && id <= second;
    case '!=':
      return id !== first;
    case '>':
      return id > first;
    case '>=':
      return id >= first;
    case '<':
      return id < first;
    case '<=':
      return id <= first;
    default:
      return id === first;
  }
}

function refused(suffix: string, subject?: string): Refused {
  const isField = suffix.startsWith('VALIDATION_');
  const details =
    isField && subject !== undefined ? { validation: [{ field: subject, problem: 'not-filterable' as const }] } : {};
  return refuseV3(suffix, 400, { ...details, ...(subject === undefined ? {} : { subject }) });
}

function compare(left: number | string, right: number | string): number {
  if (typeof left === 'string' || typeof right === 'string') {
    return String(left).localeCompare(String(right));
  }
  return left - right;
}

function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isWhole(value: unknown): value is number {
  return isInteger(value) && value >= 0;
}
