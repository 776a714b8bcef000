import { result } from './answers.ts';
import type { RestMethod } from './methods.ts';
import { V3_CHAT_METHODS } from './v3-chat.ts';
import { V3_TASK_METHODS } from './v3-tasks.ts';

/** Every REST 3 method of the portal. */
export const V3_METHODS: readonly RestMethod[] = [
  { name: 'rest.scope.list', scopes: [], writes: false, run: () => result(scopeMap()) },
  ...V3_TASK_METHODS,
  ...V3_CHAT_METHODS,
];

function scopeMap(): Record<string, string> {
  const scoped = V3_METHODS.filter((method) => method.scopes.length > 0);
  return Object.fromEntries(scoped.map((method) => [method.name, method.scopes[0] ?? '']));
}
