import type { PortalTask } from './state.ts';
import { isRecord, readLooseId } from './unknown-values.ts';
import { STATUS_NUMBERS } from './v2-task-view.ts';

export const PAGE_SIZE = 50;

type Filter = Readonly<Record<string, unknown>>;

/** The filter of tasks.task.list: TITLE is a pattern with `%` and `_`; keys that are not known are ignored, as the portal does. */
export function matchesV2Filter(task: PortalTask, filter: Filter): boolean {
  return Object.entries(filter).every(([key, wanted]) => {
    const [, prefix = '', name = ''] = /^(!|<=|>=|<|>)?(.*)$/s.exec(key) ?? [];
    if (name.toUpperCase() === 'TITLE') {
      return matchesTitle(task.title, wanted) !== (prefix === '!');
    }
    const value = NUMBER_FIELDS[name.toUpperCase()]?.(task);
    return value === undefined || matchesNumber(value, prefix, Array.isArray(wanted) ? wanted : [wanted]);
  });
}

/** Sorts by `{FIELD: "asc"|"desc"}`; undefined for a field that cannot be sorted by. Newest id first without an order. */
export function orderV2Tasks(tasks: readonly PortalTask[], order: unknown): readonly PortalTask[] | undefined {
  const keys = isRecord(order) ? Object.entries(order) : [];
  if (keys.some(([field]) => SORT_KEYS[field.toUpperCase()] === undefined)) {
    return undefined;
  }
  const sorting = keys.length === 0 ? [['ID', 'desc'] as const] : keys;
  return tasks.toSorted((left, right) => {
    for (const [field, way] of sorting) {
      const read = SORT_KEYS[field.toUpperCase()];
      const compared = read === undefined ? 0 : compare(read(left), read(right));
      if (compared !== 0) {
        return /^desc/i.test(String(way)) ? -compared : compared;
      }
    }
    return left.id - right.id;
  });
}

/** `start` as a number or a string of digits; what cannot be read is the first page. */
export function startOffset(value: unknown): number {
  return readLooseId(value) ?? 0;
}

const NUMBER_FIELDS: Readonly<Record<string, (task: PortalTask) => number>> = {
  ID: (task) => task.id,
  GROUP_ID: (task) => task.group?.id ?? 0,
  CREATED_BY: (task) => task.creatorId ?? 1,
  RESPONSIBLE_ID: (task) => task.responsibleId ?? task.creatorId ?? 1,
  STATUS: (task) => Number(STATUS_NUMBERS[task.status ?? 'pending']),
  REAL_STATUS: (task) => Number(STATUS_NUMBERS[task.status ?? 'pending']),
};

const SORT_KEYS: Readonly<Record<string, (task: PortalTask) => number | string>> = {
  ...NUMBER_FIELDS,
  TITLE: (task) => task.title,
  ACTIVITY_DATE: (task) => task.activityAt ?? 0,
  CHANGED_DATE: (task) => task.activityAt ?? 0,
  CREATED_DATE: (task) => task.id,
  DEADLINE: () => 0,
};

function matchesTitle(title: string, wanted: unknown): boolean {
  if (typeof wanted !== 'string') {
    return false;
  }
  const pattern = wanted
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${pattern}$`, 'isu').test(title);
}

function matchesNumber(value: number, prefix: string, wanted: readonly unknown[]): boolean {
  const numbers = wanted.map(readLooseId).filter((number) => number !== undefined);
  const [first] = numbers;
  if (first === undefined) {
    return false;
  }
  switch (prefix) {
    case '!':
      return !numbers.includes(value);
    case '<':
      return value < first;
    case '<=':
      return value <= first;
    case '>':
      return value > first;
    case '>=':
      return value >= first;
    default:
      return numbers.includes(value);
  }
}

function compare(left: number | string, right: number | string): number {
  if (typeof left === 'string' || typeof right === 'string') {
    return String(left).localeCompare(String(right));
  }
  return left - right;
}
