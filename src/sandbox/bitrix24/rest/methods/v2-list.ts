import type { PortalTask } from '../../state.ts';
import { isRecord } from '../../wire/unknown-values.ts';

/**
 * The filter of tasks.task.list: TITLE is a pattern with `%` and `_`, in any case of letters. Keys that are not known
 * are ignored, as the portal does.
 */
export function matchesV2Filter(task: PortalTask, filter: unknown): boolean {
  const wanted = isRecord(filter) ? filter['TITLE'] : undefined;
  return wanted === undefined || (typeof wanted === 'string' && patternOf(wanted).test(task.title));
}

/**
 * Sorts by `{FIELD: "asc"|"desc"}`, the newest id first without an order; `undefined` for a field that cannot be sorted
 * by.
 */
export function orderV2Tasks(tasks: readonly PortalTask[], order: unknown): readonly PortalTask[] | undefined {
  const [first] = isRecord(order) ? Object.entries(order) : [];
  const [field, way] = first ?? ['ID', 'desc'];
  const read = sortKeys[field.toUpperCase()];
  if (read === undefined) {
    return undefined;
  }
  const sign = /^desc/i.test(String(way)) ? -1 : 1;
  return tasks.toSorted((left, right) => sign * (read(left) - read(right)) || left.id - right.id);
}

const sortKeys: Readonly<Record<string, (task: PortalTask) => number>> = {
  ID: (task) => task.id,
  ACTIVITY_DATE: (task) => task.activityAt ?? 0,
};

function patternOf(wanted: string): RegExp {
  const pattern = wanted
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${pattern}$`, 'isu');
}
