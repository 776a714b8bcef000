import type { RestAddress } from '../../wire/rest-address.ts';
import type { RestMethod } from './method.ts';
import { v2AccountMethods } from './v2-account.ts';
import { v2ChatMethods } from './v2-chat.ts';
import { v2TaskMethods } from './v2-tasks.ts';
import { v3ChatMethods } from './v3-chat.ts';
import { v3TaskMethods } from './v3-tasks.ts';

const methods: Readonly<Record<'v2' | 'v3', readonly RestMethod[]>> = {
  v2: [...v2AccountMethods, ...v2TaskMethods, ...v2ChatMethods],
  v3: [...v3TaskMethods, ...v3ChatMethods],
};

/** The method that an address names, in any case; `undefined` where there is none. */
export function methodOf({ generation, method }: Pick<RestAddress, 'generation' | 'method'>): RestMethod | undefined {
  return methods[generation].find(({ name }) => name.toLowerCase() === method.toLowerCase());
}
