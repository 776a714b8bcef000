import { type MethodOutcome, refuseFlat, result } from './answers.ts';
import type { MethodCall, RestMethod } from './methods.ts';
import { portalDate } from './portal-time.ts';
import { V2_TASK_METHODS } from './v2-tasks.ts';

/** Every REST 2 method of the portal. */
export const V2_METHODS: readonly RestMethod[] = [
  { name: 'profile', scopes: [], writes: false, run: profile },
  { name: 'scope', scopes: [], writes: false, run: scope },
  { name: 'method.get', scopes: [], writes: false, run: methodGet },
  { name: 'server.time', scopes: [], writes: false, run: ({ state }) => result(portalDate(state.clock.now())) },
  { name: 'user.current', scopes: ['user', 'user_basic', 'user_brief'], writes: false, run: userCurrent },
  ...V2_TASK_METHODS,
];

const ALL_SCOPES = [
  'department',
  'disk',
  'im',
  'imbot',
  'log',
  'sonet_group',
  'task',
  'tasks',
  'user',
  'user_basic',
  'user_brief',
];

function profile({ caller }: MethodCall): MethodOutcome {
  const { user } = caller;
  return result({
    ID: String(user.id),
    ADMIN: user.admin === true,
    NAME: user.name,
    LAST_NAME: user.lastName,
    PERSONAL_GENDER: '',
    TIME_ZONE: '',
  });
}

function scope({ caller, parameters }: MethodCall): MethodOutcome {
  const { full } = parameters;
  return result(full === true || full === 'true' || full === 'Y' ? ALL_SCOPES : [...caller.scopes]);
}

/** Knows the methods of REST 2 only. */
function methodGet({ caller, parameters }: MethodCall): MethodOutcome {
  const { name } = parameters;
  if (typeof name !== 'string' || name === '') {
    return refuseFlat('100', 400, 'name');
  }
  const method = V2_METHODS.find((known) => known.name === name.toLowerCase());
  const isAvailable =
    method !== undefined &&
    (method.scopes.length === 0 || method.scopes.some((needed) => caller.scopes.includes(needed)));
  return result({ isExisting: method !== undefined, isAvailable });
}

/** A narrower scope drops fields without a word. */
function userCurrent({ caller }: MethodCall): MethodOutcome {
  const { user, scopes } = caller;
  const seesEmail = scopes.includes('user') || scopes.includes('user_basic');
  return result({
    ID: String(user.id),
    ACTIVE: user.active !== false,
    NAME: user.name,
    LAST_NAME: user.lastName,
    ...(seesEmail ? { EMAIL: user.email ?? '' } : {}),
    USER_TYPE: 'employee',
  });
}
