import { type MethodOutcome, result } from '../../wire/answers.ts';
import type { MethodCall, RestMethod } from './method.ts';

/** The REST 2 methods about the credential itself. */
export const v2AccountMethods: readonly RestMethod[] = [
  { name: 'profile', scopes: [], writes: false, run: profile },
  { name: 'scope', scopes: [], writes: false, run: ({ caller }) => result([...caller.scopes]) },
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
